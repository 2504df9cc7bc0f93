public import EBMCore
public import Tensors

/// The Metropolis-adjusted Langevin algorithm: a Langevin step as proposal, then a Metropolis test.
///
/// ```
/// x′ = x − (b²/2) Σ ∇E(x) + b L ε,   Σ = L Lᵀ
/// log a = E(x) − E(x′) − ‖ε′‖²/2 + ‖ε‖²/2
/// ```
/// where ε′ = (b/2) Lᵀ (∇E(x) + ∇E(x′)) − ε is the noise, up to its sign, that would lead back, and b = `stepSize` × the
/// target's scale; each chain accepts x′ when ln u < log a. Exact for any b. A proposal whose energy or gradient is not
/// finite is rejected and counted. Sources: Roberts & Tweedie, 1996; for Σ: Roberts & Stramer, *Langevin diffusions and
/// Metropolis–Hastings algorithms*, 2002.
public struct MALA: TunableSampler, PreconditionedSampler {
  public static let name = "mala"
  public static let summary = "Metropolis-adjusted Langevin algorithm."

  @Setting("steps a chain", .integers(0...)) public var steps = 15
  /// 1; an acceptance near 0.57 is best.
  @Setting("b, in units of the target's scale: standard deviation of the noise of a step", .positive)
  public var stepSize: Float = 1
  @Setting("variance of each coordinate, or the covariance matrix by rows; empty for the identity", .list(of: .finite))
  public var inverseMass: [Float] = []

  public init() {}

  /// 0.574, best in high dimensions (Roberts & Rosenthal, 1998).
  public var targetAcceptance: Double { 0.574 }

  public func start(at position: Tensor, target: Target) -> GradientState {
    GradientState(at: position, target: target)
  }

  public func step(_ state: inout GradientState, target: Target, random: inout RandomStream) -> StepInfo {
    let x = state.position
    let metric = mass(for: x)
    let b = stepSize * target.scale(for: x)
    let noise = random.normal(x.shape)
    let move = noise - 0.5 * b * metric.toMomenta(state.gradient)
    let proposal = x + b * metric.toPoints(move)
    let (energy, gradient) = target.energyWithGradient(proposal)
    let back = (0.5 * b * metric.toMomenta(gradient) - move).squared().sumOfFeatures()
    let test = MetropolisTest(
      logRatio: state.energy - energy - 0.5 * back + 0.5 * noise.squared().sumOfFeatures(), finite: energy + back,
      random: &random)
    state = test.choose(GradientState(position: proposal, energy: energy, gradient: gradient), over: state)
    return test.info
  }

  public func position(of state: GradientState) -> Tensor { state.position }
}
