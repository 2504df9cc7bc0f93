public import EBMCore
public import Tensors

/// Cooperative diffusion recovery likelihood (CDRL): each noise level's energy recovers a point from a noisier one,
/// and a learned initializer proposes where its short chains start.
///
/// With f = −E, levels i = 1 … T and t = i − 1, y = m_t x_t (m_t = α_i, 1 at the highest level), the conditional is
/// ```
/// p(y | x_i) ∝ exp( f(y, t)/b_t² − r_t ‖y − x_i‖²/(2 σ_i²) ),   b_t² = 2 c (s̄_t or 1) σ_i²/s̄_0
/// ```
/// with r_t = 1 but 0 at the highest level. Chains start at the initializer's proposal and step by b_t. The energy
/// minimises the mean of w_i (E(y⁺) − E(y⁻)), w_i = σ_1/σ_i, over pairs (x_t, x_i) that share their noise, which
/// leaves the gradient's mean and lowers its variance; the initializer learns from where chains end.
/// Source: Zhu et al., 2024, eq. 7 to 9 and 16, algorithms 1 and 2. The quadratic is left out at the highest level
/// and the loss is weighted in f, not f/b², as in the authors' code.
public struct CooperativeRecovery: Objective, ObjectiveFunction {
  public static let name = "cooperative-recovery"
  public static let summary = "Cooperative diffusion recovery likelihood (CDRL)."

  /// 10⁻³, the authors' value in two dimensions; 2·10⁻⁴ for images.
  @Setting("c of b² = 2 c s σ²/s₀: half the squared step over the variance added", .positive)
  public var stepConstant = 1e-3
  /// No, as in two dimensions; yes for images.
  @Setting("whether s is the level's noise, as for images, or 1, as in two dimensions")
  public var scalesWithNoise = false
  @Setting("whether the points of a pair share their noise (less variance)") public var sharesNoise = true
  /// 0; the authors use 2 for images.
  @Setting("κ of the last denoising step, 0 for none", .atLeast(0)) public var tweedie = 0.0

  public init() {}

  public var offers: Set<Capability> { [.levels, .noisierPoints] }
  public var needs: [Need] {
    [.continuousPoints, .part(.schedule), .part(.sampler), .part(.initializer), .from(.energy, .levels)]
  }

  private var recovery: LeveledRecovery {
    LeveledRecovery(
      stepConstant: stepConstant, scalesWithNoise: scalesWithNoise, sharesNoise: sharesNoise, tweedie: tweedie)
  }

  /// What the objective needs of each step between levels.
  package typealias Steps = RecoverySteps

  /// The numbers of each step between levels.
  package func steps(_ levels: NoiseLevels) -> RecoverySteps { recovery.steps(levels) }

  /// The conditional of the points of a level given noisier ones, with the level's step as its scale.
  package func target(
    _ model: Model, _ condition: Condition, partner: Tensor, step: Tensor, coupling: Tensor, _ context: Context
  ) -> Target {
    recovery.target(model, condition, partner: partner, step: step, coupling: coupling, context)
  }

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
