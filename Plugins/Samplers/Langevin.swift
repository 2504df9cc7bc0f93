public import EBMCore
public import Tensors

/// Unadjusted Langevin dynamics.
///
/// ```
/// x ← x − (b²/2) ∇E(x) + b ε,   ε ~ N(0, I)
/// ```
/// with b = `stepSize` × the target's scale. On N(0, s²) the chain's variance is s²/(1 − b²/(4 s²)), not s²: the bias
/// of discretisation, exact. Stable while b² < 4 s². Source: Roberts & Tweedie, *Exponential convergence of Langevin
/// distributions and their discrete approximations*, 1996.
public struct Langevin: Sampler {
  public static let name = "langevin"
  public static let summary = "Unadjusted Langevin dynamics."
  public static let settings = [
    Setting("steps", "steps a chain", .integers(1...)),
    Setting("stepSize", "b, in units of the target's scale: standard deviation of the noise of a step", .positive),
  ]

  /// Steps a chain. 15, as in CDRL.
  public var steps = 15
  /// b in units of the target's scale. 1: recovery objectives set the scale of each level.
  public var stepSize: Float = 1

  public init() {}

  /// So many steps of this size.
  public init(steps: Int = 15, stepSize: Float = 1) {
    self.steps = steps
    self.stepSize = stepSize
  }

  /// Where the chains are.
  public struct State: TensorGroup {
    /// `[batch, …]`.
    public var position: Tensor
    public var tensors: [Tensor] { [position] }
    public init(tensors: [Tensor]) { position = tensors[0] }
  }

  public func start(at position: Tensor, target: Target) -> State { State(tensors: [position]) }

  public func step(_ state: inout State, target: Target, random: inout RandomStream) -> StepInfo {
    state.position = moved(state.position, target: target, noise: random.normal(state.position.shape))
    return StepInfo()
  }

  /// x after a step whose ε is given.
  package func moved(_ x: Tensor, target: Target, noise: Tensor) -> Tensor {
    let b = stepSize * target.scale(for: x)
    return x - 0.5 * b.squared() * target.energyWithGradient(x).gradient + b * noise
  }

  public func position(of state: State) -> Tensor { state.position }
}
