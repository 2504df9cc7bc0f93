public import EBMCore
public import Tensors

/// Diffusion recovery likelihood (DRL): each noise level's energy recovers a point from a noisier one, by a chain that
/// starts there.
///
/// ```
/// p(y | x_i) ∝ exp( f(y, t)/b_t² − r_t ‖y − x_i‖²/(2 σ_i²) ),   b_t² = 2 c (s̄_t or 1) σ_i²/s̄_0,   t = i − 1
/// ```
/// in the notation of ``CooperativeRecovery``, with which it shares everything but the starts and the pairs, whose
/// noises are independent. With an initializer, chains start where that says. For a thousand levels the conditional is
/// nearly normal: `normalApproximation` draws from N(x_i + σ_i² ∇f/b_t², σ_i²) instead of running chains, and then
/// `hasMarginalTop` should be off. The thousand-level schedule is ``LinearBeta`` with its defaults.
/// Source: Gao et al., *Learning energy-based models by diffusion recovery likelihood*, 2021, algorithms 1 and 2.
public struct DiffusionRecovery: Objective, ObjectiveFunction {
  public static let name = "diffusion-recovery"
  public static let summary = "Diffusion recovery likelihood (DRL)."

  @Setting("c of b² = 2 c s σ²/s₀: half the squared step over the variance added", .positive)
  public var stepConstant = 1e-4
  @Setting("whether s is the level's noise, or 1") public var scalesWithNoise = true
  /// Yes, as in the authors' code.
  @Setting("whether the highest level is learned without its noisier point") public var hasMarginalTop = true
  @Setting("whether conditionals are taken as normal, without chains") public var normalApproximation = false

  public init() {}

  public var offers: Set<Capability> { [.levels, .noisierPoints] }
  public var needs: [Need] {
    [.continuousPoints, .part(.schedule), .from(.energy, .levels)] + (normalApproximation ? [] : [.part(.sampler)])
  }
  public var mayUse: Set<ComponentFamily> { normalApproximation ? [] : [.initializer] }

  /// Conditionals are nearly normal only where the noise of a level is small.
  public var consistency: Consistency { normalApproximation ? .approximate : .exact }

  private var recovery: LeveledRecovery {
    LeveledRecovery(
      stepConstant: stepConstant, scalesWithNoise: scalesWithNoise, sharesNoise: false,
      hasMarginalTop: hasMarginalTop, isNormal: normalApproximation)
  }

  /// The numbers of each step between levels.
  package func steps(_ levels: NoiseLevels) -> RecoverySteps { recovery.steps(levels) }

  public func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
    recovery.losses(for: data, model: model, &context)
  }

  public func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] {
    recovery.samples(count, model: model, &context)
  }

  public func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
    recovery.energy(at: points, level: level, model: model, &context)
  }
}
