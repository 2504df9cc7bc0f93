public import EBMCore
public import Tensors

/// Tunes a sampler on a target: its step size by dual averaging, its inverse mass by the covariance of where chains go.
///
/// Steps come in three phases, as in Stan: at first the step size alone, while chains find the typical set; then windows,
/// each twice as long as the one before, at whose end the inverse mass is set from the window's points and the step size
/// starts afresh; at last the step size alone again. All chains share one step size and one mass, so that more chains
/// make a better estimate from fewer steps. Source: Hoffman & Gelman, 2014; Stan Reference Manual, section *HMC
/// algorithm parameters*.
public struct WarmUp: Sendable {
  /// What is learned of a target's covariance.
  public enum Mass: String, Codable, Sendable, CaseIterable {
    /// Nothing: the sampler keeps the inverse mass it has.
    case none
    /// Variances.
    case diagonal
    /// The covariance matrix.
    case dense
  }

  /// Steps in all. 500.
  public var steps = 500
  /// What is learned of the covariance, where the sampler takes it. Variances.
  public var mass = Mass.diagonal
  /// δ that the step size is tuned to; nil for the sampler's own. Nil.
  public var targetAcceptance: Double?
  /// How long trajectories of a ``TrajectorySampler`` should be, in units of the mass: steps × step size.
  /// π/2, a quarter of an orbit on a Gaussian, makes a trajectory's end independent of its start there. Nil leaves the
  /// number of steps as it is. Nil.
  public var trajectory: Double?
  /// Threads at most; 0 for all cores. 0.
  public var threads = 0

  public init() {}

  /// So many steps.
  public init(steps: Int, mass: Mass = .diagonal, threads: Int = 0) {
    self.steps = steps
    self.mass = mass
    self.threads = threads
  }

  /// Ends of the windows within `steps`: 15 % before the first, 20 % after the last, the first 25 steps long.
  var windowEnds: [Int] {
    let (first, last) = (steps * 15 / 100, steps - steps / 5)
    var (ends, end, length) = ([Int](), first, 25)
    // A window that would leave less than twice its length takes the rest.
    while end < last {
      end = last - end < 3 * length ? last : end + length
      ends.append(end)
      length *= 2
    }
    return ends
  }

  /// Tunes a sampler.
  ///
  /// Chains of a sampler without a Metropolis test accept everything, and nothing can be told from that.
  ///
  /// - Parameters:
  ///   - sampler: where to start from; its other settings stay.
  ///   - target: made of values and parameters, not of another trace's expressions.
  ///   - start: where chains start, `[chains, …]`, at least one chain.
  ///   - store: values of the parameters that the target reads; none needed when it has none.
  ///   - seed: of all random numbers.
  /// - Returns: the tuned sampler, where its chains are, and what was done.
  public func tune<S: TunableSampler>(
    _ sampler: S, target: Target, from start: Tensor, store: ParameterStore? = nil, seed: UInt64
  ) -> Tuned<S> {
    precondition(
      start.rank >= 2 && start.elementCount > 0,
      "warm-up: starts of shape \(start.shape) must be [chains, …], not empty")
    var session = WarmUpSession(sampler: sampler, target: target, plan: self, store: store, seed: seed)
    session.begin(at: start)
    session.findStepSize()
    let dimension = start.elementCount / start.shape[0]
    let learnsMass = mass != .none && sampler is any PreconditionedSampler
    var moments = RunningCovariance(dimension: dimension, isDense: mass == .dense)
    let ends = learnsMass ? windowEnds : []
    let middle = ((ends.last ?? 0) + steps) / 2
    for step in 1...max(1, steps) {
      session.advance()
      // The step size has settled somewhat, and has time to settle again.
      if step == middle { session.fitTrajectory() }
      if learnsMass && step > steps * 15 / 100 { moments.add(session.position.scalars) }
      if ends.contains(step) {
        session.setInverseMass(moments.regularizedCovariance.map(Float.init))
        moments = RunningCovariance(dimension: dimension, isDense: mass == .dense)
        session.findStepSize()
      }
    }
    return session.finish()
  }

  /// Tunes a sampler of a kind that is known at run time only, as one from a recipe.
  ///
  /// - Parameters: as for the sampler of a known kind.
  /// - Returns: the tuned sampler, where its chains are, and what was done.
  public func tune(
    erased sampler: any TunableSampler, target: Target, from start: Tensor, store: ParameterStore? = nil, seed: UInt64
  ) -> (sampler: any TunableSampler, position: Tensor, report: TuningReport) {
    func opened<S: TunableSampler>(
      _ sampler: S
    ) -> (sampler: any TunableSampler, position: Tensor, report: TuningReport) {
      let tuned = tune(sampler, target: target, from: start, store: store, seed: seed)
      return (tuned.sampler, tuned.position, tuned.report)
    }
    return opened(sampler)
  }
}
