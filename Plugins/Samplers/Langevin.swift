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
///
/// Everything else is an option. The general step is
/// ```
/// x ← clamp( x − η clip(∇E(x)) + τ ε )
/// ```
/// where `stepForm` says what `stepSize` is: b, so that η = b²/2 and τ = b; or η itself, with τ = √(2η). `temperature` T
/// makes τ √T times as large, and `noise` sets τ apart from η, as image models do; the temperature is then τ²/(2η),
/// often far below 1. On N(0, s²) the variance is τ²/(2η/s² − η²/s⁴). η is multiplied by the target's scale squared,
/// τ by the scale.
public struct Langevin: Sampler {
  /// What the step size is.
  public enum StepForm: String, Codable, Sendable, CaseIterable {
    /// b: the noise's deviation at temperature 1.
    case deviation
    /// η: the factor of the gradient.
    case drift
  }

  public static let name = "langevin"
  public static let summary = "Unadjusted Langevin dynamics."

  @Setting("steps a chain", .integers(0...)) public var steps = 15
  /// 1: recovery objectives set the scale of each level.
  @Setting("b, in units of the target's scale: standard deviation of the noise of a step", .positive)
  public var stepSize: Float = 1
  @Setting("whether stepSize is b, the noise's deviation, or drift, the gradient's factor η = b²/2")
  public var stepForm = StepForm.deviation
  @Setting("T of exp(−E/T): the noise is √T times as large", .positive) public var temperature: Float = 1
  @Setting("τ, the noise's deviation; null when it follows from stepSize", .atLeast(0)) public var noise: Float? = nil
  @Setting("largest |∂E/∂xᵢ|; null for any", .positive) public var gradientClip: Float? = nil
  @Setting("longest ‖∇E‖ of a chain; null for any", .positive) public var gradientNorm: Float? = nil
  @Setting("coordinates below are set to it; null for none", .finite) public var lowerBound: Float? = nil
  @Setting("coordinates above are set to it; null for none", .finite) public var upperBound: Float? = nil
  @Setting("whether noise is added before the gradient is taken, not with it") public var noiseFirst = false

  public init() {}

  public func conflicts() -> [String] {
    var lines: [String] = []
    if let noise, temperature != 1 {
      lines.append("noise \(noise) and temperature \(temperature) both say how large the noise is; leave one out")
    }
    if let lowerBound, let upperBound, lowerBound >= upperBound {
      lines.append("lowerBound \(lowerBound) is not below upperBound \(upperBound)")
    }
    return lines
  }

  public var isExact: Bool { false }

  /// T, or τ²/(2η). Gradients that are cut off and a box make another law, and none is left without noise.
  public var lawTemperature: Float? {
    let isChanged = gradientClip != nil || gradientNorm != nil || lowerBound != nil || upperBound != nil
    if isChanged || noise == 0 { return nil }
    let drift = stepForm == .drift ? stepSize : 0.5 * stepSize * stepSize
    return noise.map { $0 * $0 / (2 * drift) } ?? temperature
  }

  public func start(at position: Tensor, target: Target) -> PositionState { PositionState(position: position) }

  public func step(_ state: inout PositionState, target: Target, random: inout RandomStream) -> StepInfo {
    state.position = moved(state.position, target: target, noise: random.normal(state.position.shape))
    return StepInfo()
  }

  /// x after a step whose ε is given.
  package func moved(_ x: Tensor, target: Target, noise: Tensor) -> Tensor {
    let (drift, deviation) = lengths(scale: target.scale(for: x))
    if noiseFirst {
      let noisy = x + deviation * noise
      return boxed(noisy - drift * clipped(target.energyWithGradient(noisy).gradient))
    }
    return boxed(x - drift * clipped(target.energyWithGradient(x).gradient) + deviation * noise)
  }

  /// η and τ of each chain.
  private func lengths(scale: Tensor) -> (drift: Tensor, deviation: Tensor) {
    let drift: Tensor
    let deviation: Tensor
    switch stepForm {
    case .deviation:
      deviation = stepSize * scale
      drift = 0.5 * deviation.squared()
    case .drift:
      deviation = (2 * stepSize).squareRoot() * scale
      drift = stepSize * scale.squared()
    }
    if let noise { return (drift, noise * scale) }
    return (drift, temperature == 1 ? deviation : temperature.squareRoot() * deviation)
  }

  private func clipped(_ gradient: Tensor) -> Tensor {
    var result = gradient
    if let gradientClip { result = result.clamped(to: -gradientClip...gradientClip) }
    if let gradientNorm {
      let norm = result.squared().sum(alongAxes: Array(1..<result.rank), keepingDimensions: true).squareRoot()
      // Shorter gradients keep their bits: the factor is 1, not norm/norm.
      result = result * Tensor.select(norm .> gradientNorm, gradientNorm / norm, Tensor(1))
    }
    return result
  }

  private func boxed(_ x: Tensor) -> Tensor {
    var result = x
    if let lowerBound { result = Tensor.maximum(result, Tensor(lowerBound)) }
    if let upperBound { result = Tensor.minimum(result, Tensor(upperBound)) }
    return result
  }

  public func position(of state: PositionState) -> Tensor { state.position }
}
