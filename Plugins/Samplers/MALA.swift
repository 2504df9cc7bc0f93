public import EBMCore
public import Tensors

/// The Metropolis-adjusted Langevin algorithm: a Langevin step as proposal, then a Metropolis test.
///
/// ```
/// x′ = x − (b²/2) ∇E(x) + b ε
/// log a = E(x) − E(x′) − ‖x − x′ + (b²/2) ∇E(x′)‖²/(2 b²) + ‖x′ − x + (b²/2) ∇E(x)‖²/(2 b²)
/// ```
/// with b = `stepSize` × the target's scale; each chain accepts x′ when ln u < log a. Exact for any b. A proposal whose
/// energy or gradient is not finite is rejected. Source: Roberts & Tweedie, 1996.
public struct MALA: Sampler {
  public static let name = "mala"
  public static let summary = "Metropolis-adjusted Langevin algorithm."
  public static let settings = Langevin.settings

  /// Steps a chain. 15.
  public var steps = 15
  /// b in units of the target's scale. 1; an acceptance near 0.57 is best.
  public var stepSize: Float = 1

  public init() {}

  /// So many steps of this size.
  public init(steps: Int = 15, stepSize: Float = 1) {
    self.steps = steps
    self.stepSize = stepSize
  }

  /// Where the chains are, with the energies and gradients there.
  public struct State: TensorGroup {
    /// `[batch, …]`.
    public var position: Tensor
    /// `[batch]`.
    public var energy: Tensor
    /// `[batch, …]`.
    public var gradient: Tensor
    public var tensors: [Tensor] { [position, energy, gradient] }
    public init(tensors: [Tensor]) { (position, energy, gradient) = (tensors[0], tensors[1], tensors[2]) }
  }

  public func start(at position: Tensor, target: Target) -> State {
    let (energy, gradient) = target.energyWithGradient(position)
    return State(tensors: [position, energy, gradient])
  }

  public func step(_ state: inout State, target: Target, random: inout RandomStream) -> StepInfo {
    let (x, energy, gradient) = (state.position, state.energy, state.gradient)
    let b = stepSize * target.scale(for: x)
    let drift = 0.5 * b.squared()
    let features = Array(1..<x.rank)
    let noise = random.normal(x.shape)
    let proposal = x - drift * gradient + b * noise
    let (newEnergy, newGradient) = target.energyWithGradient(proposal)
    // Both exponents in units of b: the forward one is ‖ε‖²/2 by construction.
    let back = (x - proposal + drift * newGradient) / b
    let ratio =
      energy - newEnergy - 0.5 * back.squared().sum(alongAxes: features)
      + 0.5 * noise.squared().sum(alongAxes: features)
    // E − E is 0 for finite energies alone: not for −∞, which would win.
    let logRatio = Tensor.select((newEnergy - newEnergy) .== 0, ratio, Tensor(-.infinity))
    // A NaN compares as false, which is a rejection.
    let accepts = random.uniform([x.shape[0]]).log() .< logRatio
    let rows = accepts.reshaped([x.shape[0]] + features.map { _ in 1 })
    state.position = Tensor.select(rows, proposal, x)
    state.energy = Tensor.select(accepts, newEnergy, energy)
    state.gradient = Tensor.select(rows, newGradient, gradient)
    let probability = Tensor.minimum(logRatio, Tensor(0)).exp()
    return StepInfo(acceptance: Tensor.select(probability .>= 0, probability, Tensor(0)))
  }

  public func position(of state: State) -> Tensor { state.position }
}
