internal import EBMCore
internal import Tensors

/// Grows trajectories of the no-U-turn sampler leaf by leaf, one loop for all chains and depths.
struct TrajectoryGrowth {
  let leapfrog: Leapfrog
  let maximumDepth: Int

  /// ln of a weight that is none, finite so that differences of two are no NaN.
  private static let noWeight: Float = -1e30

  /// The finished trajectory through a point.
  func trajectory(from start: GradientState, momentum: Tensor, random: inout RandomStream) -> Trajectory {
    let energy = start.energy + 0.5 * momentum.squared().rowSums()
    let initial = Trajectory(from: start, momentum: momentum, maximumDepth: maximumDepth)
    let stream = random.split("trajectory")
    return Tensor.iterate(
      atMost: (1 << maximumDepth) - 1, from: initial, while: \.isGrowing, random: stream
    ) { trajectory, _, random in
      grow(&trajectory, initialEnergy: energy, random: &random)
    }
  }

  /// Adds one leaf.
  private func grow(_ tree: inout Trajectory, initialEnergy: Tensor, random: inout RandomStream) {
    let rows = tree.leaf.shape
    let (side, choice, bias) = (random.uniform(rows), random.uniform(rows), random.uniform(rows))
    let isFirst = tree.leaf .== 0
    tree.direction = Tensor.select(isFirst, 2 * (side .< 0.5) - 1, tree.direction)
    let (energy, point) = step(&tree)

    // H₀ − H is the leaf's weight, as a logarithm.
    let gain = initialEnergy - energy
    let isFinite = energy.absolute() .< Float.infinity
    let isSound = isFinite * (gain .> -Leapfrog.divergence)
    // A start of infinite energy gives infinite gains, and differences of those are no numbers.
    let weight = Tensor.select(isSound, Tensor.minimum(gain, Tensor(-Self.noWeight)), Tensor(Self.noWeight))
    tree.acceptance = tree.acceptance + Tensor.minimum(weight, Tensor(0)).exp()
    tree.leaves = tree.leaves + 1
    tree.divergent = Tensor.maximum(tree.divergent, 1 - isSound)
    tree.nonFinite = Tensor.maximum(tree.nonFinite, 1 - isFinite)

    // Within the subtree each leaf is drawn in proportion to its weight.
    tree.subtreeLogWeight = Tensor.select(isFirst, weight, logSum(tree.subtreeLogWeight, weight))
    let takes = Tensor.maximum(isFirst, choice.log() .< weight - tree.subtreeLogWeight)
    tree.candidate = choose(takes, point, over: tree.candidate)
    let momentum = Tensor.select(
      (tree.direction .> 0).expandingAxis(at: 1), tree.right.momentum, tree.left.momentum)
    tree.subtreeSum = Tensor.select(isFirst.expandingAxis(at: 1), momentum, tree.subtreeSum + momentum)
    let turns = tree.checkpoints.add(leaf: tree.leaf, momentum: momentum, sum: tree.subtreeSum)

    join(&tree, isSound: isSound * (1 - turns), bias: bias)
  }

  /// One leapfrog step of the growing end.
  ///
  /// - Returns: H there, and the point.
  private func step(_ tree: inout Trajectory) -> (energy: Tensor, point: GradientState) {
    let forward = (tree.direction .> 0).expandingAxis(at: 1)
    let half = 0.5 * leapfrog.stepSize * tree.direction.expandingAxis(at: 1)
    func end(_ part: (Trajectory.End) -> Tensor) -> Tensor {
      Tensor.select(forward, part(tree.right), part(tree.left))
    }
    let middle = end(\.momentum) - half * leapfrog.metric.toMomenta(end(\.gradient))
    let point = GradientState(
      at: end(\.position) + 2 * half * leapfrog.metric.toPoints(middle), target: leapfrog.target)
    let momentum = middle - half * leapfrog.metric.toMomenta(point.gradient)
    let next = Trajectory.End(position: point.position, gradient: point.gradient, momentum: momentum)
    func moved(_ old: Trajectory.End, _ moves: Tensor) -> Trajectory.End {
      next.mapTensors(with: old) { Tensor.select(moves, $0, $1) }
    }
    tree.right = moved(tree.right, forward)
    tree.left = moved(tree.left, 1 - forward)
    return (point.energy + 0.5 * momentum.squared().rowSums(), point)
  }

  /// Joins a complete subtree to the tree, and says whether the trajectory goes on.
  private func join(_ tree: inout Trajectory, isSound: Tensor, bias: Tensor) {
    let count = tree.leaf + 1
    let isComplete = count .== tree.size
    let joins = isComplete * isSound
    // The new half is preferred, which moves further: exact, as halves are of equal size.
    let takes = joins * (bias.log() .< tree.subtreeLogWeight - tree.logWeight)
    tree.sample = choose(takes, tree.candidate, over: tree.sample)
    tree.logWeight = Tensor.select(joins, logSum(tree.logWeight, tree.subtreeLogWeight), tree.logWeight)
    tree.momentumSum = Tensor.select(
      joins.expandingAxis(at: 1), tree.momentumSum + tree.subtreeSum, tree.momentumSum)
    tree.size = Tensor.select(joins, 2 * tree.size, tree.size)
    tree.leaf = Tensor.select(isComplete, Tensor(0), count)
    let turns =
      joins
      * UTurnCheckpoints.turns(
        from: tree.left.momentum, to: tree.right.momentum, sum: tree.momentumSum)
    tree.isGrowing = isSound * (1 - turns) * (tree.size .< Float(1 << maximumDepth))
  }

  private func choose(_ rows: Tensor, _ new: GradientState, over old: GradientState) -> GradientState {
    let points = rows.expandingAxis(at: 1)
    return GradientState(
      position: Tensor.select(points, new.position, old.position), energy: Tensor.select(rows, new.energy, old.energy),
      gradient: Tensor.select(points, new.gradient, old.gradient))
  }

  /// ln(eᵃ + eᵇ).
  private func logSum(_ a: Tensor, _ b: Tensor) -> Tensor {
    Tensor.maximum(a, b) + (-(a - b).absolute()).exp().logOnePlus()
  }
}
