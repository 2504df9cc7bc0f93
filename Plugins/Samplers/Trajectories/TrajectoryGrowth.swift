internal import EBMCore
public import Tensors

/// Grows trajectories of the no-U-turn sampler leaf by leaf, one loop for all chains and depths.
public struct TrajectoryGrowth: Sendable {
  /// What moves points, which are rows `[batch, D]`.
  public let dynamics: Hamiltonian
  /// ε, `[batch, 1]` or a scalar.
  public let stepSize: Tensor
  /// How a leaf follows from its neighbour.
  public let splitting: Splitting
  /// Doublings at most, so that a trajectory has 2^`maximumDepth` leaves at most.
  public let maximumDepth: Int

  /// Growth of trajectories of a target whose points are rows `[batch, D]`.
  public init(
    _ dynamics: Hamiltonian, stepSize: Tensor, splitting: Splitting = Integrator.leapfrog.splitting, maximumDepth: Int
  ) {
    (self.dynamics, self.stepSize, self.splitting) = (dynamics, stepSize, splitting)
    self.maximumDepth = maximumDepth
  }

  /// ln of a weight that is none, finite so that differences of two are no NaN.
  private static let noWeight: Float = -1e30

  /// The finished trajectory through a point.
  public func trajectory(from start: PhasePoint, random: inout RandomStream) -> Trajectory {
    let energy = dynamics.energy(of: start)
    let initial = Trajectory(from: start, maximumDepth: maximumDepth)
    var trajectory = random.branch("trajectory")
    return Tensor.iterate(
      atMost: (1 << maximumDepth) - 1, from: initial, while: \.isGrowing, random: &trajectory
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
    let point = step(&tree)
    let energy = dynamics.energy(of: point)

    // H₀ − H is the leaf's weight, as a logarithm.
    let gain = initialEnergy - energy
    let isFinite = energy.absolute() .< Float.infinity
    let isSound = isFinite * (gain .> -Hamiltonian.divergence)
    // A start of infinite energy gives infinite gains, and differences of those are no numbers.
    let weight = Tensor.select(isSound, Tensor.minimum(gain, Tensor(-Self.noWeight)), Tensor(Self.noWeight))
    tree.acceptance = tree.acceptance + Tensor.minimum(weight, Tensor(0)).exp()
    tree.leaves = tree.leaves + 1
    tree.divergent = Tensor.maximum(tree.divergent, 1 - isSound)
    tree.nonFinite = Tensor.maximum(tree.nonFinite, 1 - isFinite)

    // Within the subtree each leaf is drawn in proportion to its weight.
    tree.subtreeLogWeight = Tensor.select(isFirst, weight, logSum(tree.subtreeLogWeight, weight))
    let takes = Tensor.maximum(isFirst, choice.log() .< weight - tree.subtreeLogWeight)
    tree.candidate = choose(takes, point.state, over: tree.candidate)
    tree.subtreeSum = Tensor.select(
      isFirst.expandingAxis(at: 1), point.momentum, tree.subtreeSum + point.momentum)
    let turns = tree.checkpoints.add(leaf: tree.leaf, momentum: point.momentum, sum: tree.subtreeSum)

    join(&tree, isSound: isSound * (1 - turns), bias: bias)
  }

  /// One step of the growing end, and where it is then.
  private func step(_ tree: inout Trajectory) -> PhasePoint {
    let forward = tree.direction .> 0
    func moved(_ new: PhasePoint, over old: PhasePoint, where moves: Tensor) -> PhasePoint {
      new.mapTensors(with: old) { Tensor.select(moves.column(for: $0), $0, $1) }
    }
    var point = moved(tree.right, over: tree.left, where: forward)
    dynamics.move(&point, by: splitting, stepSize: stepSize * tree.direction.expandingAxis(at: 1))
    tree.right = moved(point, over: tree.right, where: forward)
    tree.left = moved(point, over: tree.left, where: 1 - forward)
    return point
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
    new.mapTensors(with: old) { Tensor.select(rows.column(for: $0), $0, $1) }
  }

  /// ln(eᵃ + eᵇ).
  private func logSum(_ a: Tensor, _ b: Tensor) -> Tensor {
    Tensor.maximum(a, b) + (-(a - b).absolute()).exp().logOnePlus()
  }
}
