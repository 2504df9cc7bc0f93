public import EBMCore
private import Foundation
public import Tensors

/// A ring in the plane.
///
/// ```
/// E(x) = (‖x‖ − R)²/(2 s²)
/// Z = 2π (s² e^{−R²/2s²} + R s √(π/2) (1 + erf(R/(s√2))))
/// ```
/// The radius has density ∝ r exp(−(r − R)²/(2 s²)). ∇E at the origin, where E has a cusp, is taken as 0.
public struct Ring: TractableEnergy {
  public static let name = "ring"
  public static let summary = "A ring in the plane."

  @Setting("R", .range(0...1e6)) public var radius = 2.0
  @Setting("s, of the distance to the ring", .scale) public var deviation = 0.2

  public init() {}

  /// ∫ r^k exp(−(r − R)²/(2 s²)) dr over r > 0, for k = 1 and 3.
  private var radialMoments: (first: Double, third: Double) {
    let (R, s) = (radius, deviation)
    // With I_k that integral and e the exponential at 0: I₁ = R I₀ + s² e, I_{k+1} = R I_k + k s² I_{k−1}.
    let i0 = s * (Double.pi / 2).squareRoot() * (1 + erf(R / (s * 2.0.squareRoot())))
    let i1 = R * i0 + s * s * exp(-R * R / (2 * s * s))
    let i2 = R * i1 + s * s * i0
    return (i1, R * i2 + 2 * s * s * i1)
  }

  public var space: SampleSpace { SampleSpace(shape: [2]) }
  public var logNormalizer: Double? { log(2 * .pi * radialMoments.first) }
  public var mean: [Double]? { [0, 0] }
  public var variance: [Double]? {
    let moments = radialMoments
    return [Double](repeating: 0.5 * moments.third / moments.first, count: 2)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let r = x.squared().sum(alongAxes: 1).safeSquareRoot()
    return 0.5 * ((r - Float(radius)) / Float(deviation)).squared()
  }

  public func draws(_ count: Int, random: inout RandomStream) -> Tensor? {
    let (R, s) = (radius, deviation)
    // ln r lies below its tangent at the mode m of the radius; with the tangent the density is N(m, s²).
    let mode = 0.5 * (R + (R * R + 4 * s * s).squareRoot())
    let logEnvelope = log(mode * s * (2 * .pi).squareRoot()) - 0.5 * (mode - R) * (mode - R) / (s * s)
    let acceptance = exp(log(radialMoments.first) - logEnvelope)
    let r = drawsByRejection(count, acceptance: acceptance, random: &random) { random in
      let r = Float(mode) + Float(s) * random.normal([count])
      let ratio = Tensor.maximum(r, Tensor(0)) / Float(mode)
      return (r, ratio.log() + 1 - ratio)
    }
    let angle = Float(2 * Double.pi) * random.uniform([count])
    return r.expandingAxis(at: 1)
      * Tensor.concatenated([angle.cos().expandingAxis(at: 1), angle.sin().expandingAxis(at: 1)], alongAxis: 1)
  }
}
