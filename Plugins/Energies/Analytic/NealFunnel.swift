public import EBMCore
private import Foundation
public import Tensors

/// Neal's funnel: the first coordinate is the log variance of the others.
///
/// ```
/// v = x₁ ~ N(0, s²),   x_d ~ N(0, eᵛ) for d ≥ 2
/// E(x) = v²/(2 s²) + Σ_{d≥2} (x_d² e⁻ᵛ + v)/2,   ln Z = ln s + (D/2) ln 2π
/// ```
/// Var x_d = e^{s²/2}, which rare excursions into the mouth make up: averages of few samples fall short of it.
/// Source: Neal, *Slice sampling*, 2003, section 8, with s = 3 and D = 10.
public struct NealFunnel: TractableEnergy {
  public static let name = "neal-funnel"
  public static let summary = "Neal's funnel: one coordinate is the log variance of the others."

  @Setting("s, of the first coordinate", .range(1e-3...10)) public var deviation = 3.0
  /// 2, which can be drawn.
  @Setting("number of coordinates", .integers(2...1_000_000)) public var dimension = 2

  public init() {}

  public var space: SampleSpace { SampleSpace(shape: [dimension]) }
  public var logNormalizer: Double? { log(deviation) + Double(dimension) / 2 * log(2 * .pi) }
  public var mean: [Double]? { [Double](repeating: 0, count: dimension) }
  public var variance: [Double]? {
    let square = deviation * deviation
    return [square] + [Double](repeating: exp(square / 2), count: dimension - 1)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let v = x.sliced(alongAxis: 1, 0..<1)
    // Scaled before it is squared: e⁻ᵛ alone overflows twice as early.
    let others = x.sliced(alongAxis: 1, 1..<dimension) * (-0.5 * v).exp()
    let first = (v / Float(deviation)).squared() + Float(dimension - 1) * v
    return 0.5 * (first.sum(alongAxes: 1) + others.squared().sum(alongAxes: 1))
  }

  public func draws(_ count: Int, random: inout RandomStream) -> Tensor? {
    let normal = random.normal([count, dimension])
    let v = Float(deviation) * normal.sliced(alongAxis: 1, 0..<1)
    return Tensor.concatenated([v, normal.sliced(alongAxis: 1, 1..<dimension) * (0.5 * v).exp()], alongAxis: 1)
  }
}
