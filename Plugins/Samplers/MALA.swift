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
  public static let settings = [
    .steps,
    Setting("stepSize", "b, in units of the target's scale: standard deviation of the noise of a step", .positive),
    .inverseMass,
  ]

  /// Steps a chain. 15.
  public var steps = 15
  /// b in units of the target's scale. 1; an acceptance near 0.57 is best.
  public var stepSize: Float = 1
  /// Σ. The identity.
  public var inverseMass: [Float] = []

  public init() {}

  /// So many steps of this size.
  public init(steps: Int = 15, stepSize: Float = 1, inverseMass: [Float] = []) {
    self.steps = steps
    self.stepSize = stepSize
    self.inverseMass = inverseMass
  }

  /// 0.574, best in high dimensions (Roberts & Rosenthal, 1998).
  public var targetAcceptance: Double { 0.574 }

  public func start(at position: Tensor, target: Target) -> GradientState {
    GradientState(at: position, target: target)
  }

  public func step(_ state: inout GradientState, target: Target, random: inout RandomStream) -> StepInfo {
    let x = state.position
    let metric = Preconditioner(inverseMass, for: x.shape, owner: Self.name)
    let b = stepSize * target.scale(for: x)
    let noise = random.normal(x.shape)
    let move = noise - 0.5 * b * metric.toMomenta(state.gradient)
    let proposal = x + b * metric.toPoints(move)
    let (energy, gradient) = target.energyWithGradient(proposal)
    let back = (0.5 * b * metric.toMomenta(gradient) - move).squared().rowSums()
    let test = MetropolisTest(
      logRatio: state.energy - energy - 0.5 * back + 0.5 * noise.squared().rowSums(), finite: energy + back,
      random: &random)
    state.position = test.choose(proposal, over: x)
    state.energy = test.choose(energy, over: state.energy)
    state.gradient = test.choose(gradient, over: state.gradient)
    return test.info
  }

  public func position(of state: GradientState) -> Tensor { state.position }
}
