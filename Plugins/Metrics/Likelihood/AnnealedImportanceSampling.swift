public import EBMCore
public import Tensors

/// Annealed importance sampling: ln Z of a density p(x) ∝ exp(−E(x)) from chains that go from a base of known normaliser
/// to it, or back.
///
/// ```
/// p_k ∝ exp(−(1 − β_k) E₀ − β_k E),   log w = Σ_k (β_k − β_{k−1}) (E₀ − E)(x_{k−1})
/// ```
/// with E₀ = −ln p₀ normalised and 0 = β_0 < … < β_n = 1, x_0 drawn from the base and x_k moved from x_{k−1} by a
/// transition that leaves p_k invariant. Then E[w] = Z: ln of the mean weight is at most ln Z in expectation. Backwards
/// from exact draws of p the mean of 1/w is 1/Z, and minus its logarithm at least ln Z: together a bracket.
///
/// The transition is Hamiltonian, `leapfrogSteps` leapfrog steps with unit mass in units of the base, then a Metropolis
/// test; or any sampler that leaves its target invariant. Everything is traced. Sources: Neal, *Annealed importance
/// sampling*, 2001; Grosse, Ghahramani & Adams, *Sandwiching the marginal likelihood*, 2015.
public struct AnnealedImportanceSampling: Sendable {
  /// The density that chains start from.
  public enum Base: Sendable {
    /// Independent Gaussians: mean and standard deviation of each coordinate of a point, in the shape of a point.
    case gaussian(mean: Tensor, deviation: Tensor)
    /// Uniform between two values in every coordinate. The target is then cut off outside: Z is its mass inside.
    case uniform(lower: Float, upper: Float)
  }

  /// Where chains start.
  public var base: Base
  /// n, bridges from the base to the target. 300.
  public var bridges = 300
  /// Leapfrog steps of a transition. 4.
  public var leapfrogSteps = 4
  /// Moves chains in place of the Hamiltonian transition, for its own number of steps a bridge. It has to leave its
  /// target invariant: one with a Metropolis test.
  public var sampler: (any Sampler)?

  /// From this base.
  public init(
    from base: Base, bridges: Int = 300, leapfrogSteps: Int = 4, sampler: (any Sampler)? = nil
  ) {
    precondition(bridges > 0 && leapfrogSteps > 0, "annealing needs bridges and leapfrog steps")
    self.base = base
    self.bridges = bridges
    self.leapfrogSteps = leapfrogSteps
    self.sampler = sampler
  }

  /// What a run yields.
  public struct Outcome: Sendable {
    /// Where chains end, `[chains, …]`.
    public let points: Tensor
    /// log w of each chain, `[chains]`.
    public let logWeights: Tensor
    /// Leapfrog step size of each bridge, `[bridges]`: adapted in a pilot run, otherwise as given.
    public let stepSizes: Tensor
    /// Mean acceptance over chains and bridges, a scalar; a NaN for a sampler without a test.
    public let acceptance: Tensor
  }

  /// β_k = t²(3 − 2t) at t = k/n: small bridges at both ends, where the density changes most.
  func inverseTemperature(_ bridge: Tensor) -> Tensor {
    let t = bridge / Float(bridges)
    return t.squared() * (3 - 2 * t)
  }

  /// Runs chains from the base to the target.
  ///
  /// - Parameters:
  ///   - target: E, of points `[chains, …]`.
  ///   - chains: how many.
  ///   - shape: shape of a point.
  ///   - stepSizes: leapfrog step size of each bridge, `[bridges]`, in units of the base; nil adapts them to an acceptance
  ///     of 0.8 on the way. Adapted runs are pilots: their weights are not exactly unbiased.
  ///   - random: the stream of this run.
  public func forward(
    to target: Target, chains: Int, shape: [Int], stepSizes: Tensor? = nil, random: inout RandomStream
  ) -> Outcome {
    let path = AnnealingPath(base: base, target: target, shape: shape)
    let start = path.start(chains, random: &random)
    return run(path, from: start, isForward: true, stepSizes, &random)
  }

  /// Runs chains from draws of the target back to the base.
  ///
  /// - Parameters:
  ///   - target: E, of points `[chains, …]`.
  ///   - points: exact draws of exp(−E)/Z, `[chains, …]`; with others the bound is only as good as they are.
  ///   - stepSizes: as in ``forward(to:chains:shape:stepSizes:random:)``.
  ///   - random: the stream of this run.
  /// - Returns: log w with E[exp(−log w)] = 1/Z.
  public func reverse(
    from points: Tensor, of target: Target, stepSizes: Tensor? = nil, random: inout RandomStream
  ) -> Outcome {
    let path = AnnealingPath(base: base, target: target, shape: Array(points.shape.dropFirst()))
    return run(path, from: path.units(points), isForward: false, stepSizes, &random)
  }

  /// Moves points by transitions that leave the target as it is, so that what is nearly its draws becomes more nearly so
  /// within each mode; the share of each mode stays.
  ///
  /// - Parameters:
  ///   - points: `[chains, …]`.
  ///   - target: E.
  ///   - transitions: how many.
  ///   - stepSize: leapfrog step size in units of the base, `[1]`.
  ///   - random: the stream of this run.
  /// - Returns: where they end, `[chains, …]`.
  public func settled(
    _ points: Tensor, in target: Target, transitions: Int, stepSize: Tensor, random: inout RandomStream
  ) -> Tensor {
    let path = AnnealingPath(base: base, target: target, shape: Array(points.shape.dropFirst()))
    var stream = random.branch("settling")
    let final = Tensor.iterate(transitions, from: [path.units(points)], random: &stream) { state, _, random in
      [transition(state[0], path.target(at: Tensor(1)), stepSize, &random).position]
    }
    return path.points(final[0])
  }

  /// The loop over bridges, in units of the base. The state: positions, log weights, the step size to go on with, the
  /// step sizes so far, the sum of acceptances.
  private func run(
    _ path: AnnealingPath, from start: Tensor, isForward: Bool, _ stepSizes: Tensor?, _ random: inout RandomStream
  ) -> Outcome {
    let chains = start.shape[0]
    let initial = [
      start, Tensor(0).broadcast(to: [chains]), Tensor(0.3).broadcast(to: [1]), Tensor(0).broadcast(to: [bridges]),
      Tensor(0).broadcast(to: [1]),
    ]
    var stream = random.branch("annealing")
    let final = Tensor.iterate(bridges, from: initial, random: &stream) { state, index, random in
      let (x, weights) = (state[0], state[1])
      // Bridge k = 1…n forwards, n…1 backwards.
      let bridge = isForward ? index + 1 : Float(bridges) - index
      let (beta, before) = (inverseTemperature(bridge), inverseTemperature(bridge - 1))
      let place = bridge.reshaped([1]) - 1
      let step = stepSizes?.gatheringRows(at: place) ?? state[2]
      func increment(_ x: Tensor) -> Tensor { (beta - before) * path.difference(x) }
      let gained = isForward ? weights + increment(x) : weights
      let (moved, acceptance) = transition(x, path.target(at: beta), step, &random)
      let mean = acceptance.mean().reshaped([1])
      let next = stepSizes == nil ? (step * ((mean - 0.8) * 0.3).exp()).clamped(to: 1e-4...2) : step
      let used = state[3] + place.oneHot(count: bridges).reshaped([bridges]) * step
      return [moved, isForward ? gained : gained + increment(moved), next, used, state[4] + mean]
    }
    return Outcome(
      points: path.points(final[0]), logWeights: final[1] + path.logVolume, stepSizes: final[3],
      acceptance: (final[4] / Float(bridges)).reshaped([]))
  }

  private func transition(
    _ x: Tensor, _ target: Target, _ step: Tensor, _ random: inout RandomStream
  ) -> (position: Tensor, acceptance: Tensor) {
    if let sampler {
      let chain = sampler.run(from: x, target: target, random: &random)
      return (chain.position, chain.acceptance ?? Tensor(.nan).broadcast(to: [x.shape[0]]))
    }
    let axes = Array(1..<x.rank)
    func kinetic(_ v: Tensor) -> Tensor { 0.5 * v.squared().sum(alongAxes: axes) }
    let momentum = random.normal(x.shape)
    let (energy, gradient) = target.energyWithGradient(x)
    let final = Tensor.iterate(leapfrogSteps, from: [x, momentum, gradient, energy]) { state, _ in
      let half = state[1] - 0.5 * step * state[2]
      let position = state[0] + step * half
      let (energy, gradient) = target.energyWithGradient(position)
      return [position, half - 0.5 * step * gradient, gradient, energy]
    }
    let logRatio = energy + kinetic(momentum) - final[3] - kinetic(final[1])
    // A NaN compares as false, which is a rejection.
    let accepts = random.uniform([x.shape[0]]).log() .< logRatio
    let rows = accepts.reshaped([x.shape[0]] + axes.map { _ in 1 })
    let probability = Tensor.minimum(logRatio, Tensor(0)).exp()
    return (Tensor.select(rows, final[0], x), Tensor.select(probability .>= 0, probability, Tensor(0)))
  }
}
