public import EBMCore
private import Foundation
public import Tensors

/// The Müller–Brown surface: three wells joined by a bent path, the usual test of transition states.
///
/// ```
/// E(x) = V(x)/T,   V = Σ_k A_k exp(a_k Δ₁² + b_k Δ₁ Δ₂ + c_k Δ₂²),   Δ = x − x_k
/// ```
/// The wells are V = −146.70, −108.17 and −80.77, the saddles −40.66 and −72.25. ln Z and moments are by quadrature.
/// The fourth term grows as e^{r²}: above an exponent of 40, where E > 10¹⁷/T and p is 0 in any arithmetic, it goes on
/// along its tangent, so that E and ∇E stay finite.
/// Source: Müller & Brown, *Location of saddle points and minimum energy paths by a constrained simplex optimization
/// procedure*, 1979.
public struct MullerBrown: TractableEnergy {
  public static let name = "muller-brown"
  public static let summary = "Three wells joined by a bent path."

  /// 20: the barriers out of the deepest well are 5.3 T high.
  @Setting("T, in the units of V", .range(1...1e3)) public var temperature = 20.0

  public init() {}

  /// A_k; a_k, b_k, c_k; x_k.
  private static let terms: [(height: Double, form: (Double, Double, Double), center: (Double, Double))] = [
    (-200, (-1, 0, -10), (1, 0)), (-100, (-1, 0, -10), (0, 0.5)), (-170, (-6.5, 11, -6.5), (-0.5, 1.5)),
    (15, (0.7, 0.6, 0.7), (-1, 1)),
  ]
  /// Exponents above it go on along the tangent.
  private static let steepest = 40.0

  public var space: SampleSpace { SampleSpace(shape: [2]) }
  public var logNormalizer: Double? { moments.logNormalizer }
  public var mean: [Double]? { moments.mean }
  public var variance: [Double]? { moments.variance }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let first = x.sliced(alongAxis: 1, 0..<1)
    let second = x.sliced(alongAxis: 1, 1..<2)
    let terms = MullerBrown.terms.map { term in
      let (u, v) = (first - Float(term.center.0), second - Float(term.center.1))
      let exponent =
        Float(term.form.0) * u.squared() + Float(term.form.1) * (u * v) + Float(term.form.2) * v.squared()
      let limit = Tensor(Float(MullerBrown.steepest))
      let growth = 1 + Tensor.maximum(exponent - limit, Tensor(0))
      return Float(term.height / temperature) * (Tensor.minimum(exponent, limit).exp() * growth)
    }
    return Tensor.concatenated(terms, alongAxis: 1).sum(alongAxes: 1)
  }

  /// Nil: there is no closed form, and rejection under a bound of V would take too long.
  public func draws(_ count: Int, random: inout RandomStream) -> Tensor? { nil }

  private func energy(_ x: Double, _ y: Double) -> Double {
    MullerBrown.terms.reduce(0) { sum, term in
      let (u, v) = (x - term.center.0, y - term.center.1)
      return sum + term.height / temperature * exp(term.form.0 * u * u + term.form.1 * u * v + term.form.2 * v * v)
    }
  }

  /// By the trapezoidal rule in the plane. The sharpest curvature of V is below 5,000, so a well is at least
  /// √(T/5000) wide; outside the box V/T is above 300 even at T = 1000.
  private var moments: (logNormalizer: Double, mean: [Double], variance: [Double]) {
    let spacing = min(0.02, 0.4 * (temperature / 5_000).squareRoot())
    let steps = Int((10 / spacing).rounded(.up))
    let lowest = -147 / temperature
    // Sums of p, p x, p y, p x², p y².
    var sums = [Double](repeating: 0, count: 5)
    for row in 0...steps {
      let y = -4 + Double(row) * spacing
      for column in 0...steps {
        let x = -6 + Double(column) * spacing
        let p = exp(lowest - energy(x, y))
        for (index, factor) in [1, x, y, x * x, y * y].enumerated() { sums[index] += p * factor }
      }
    }
    let mean = [sums[1] / sums[0], sums[2] / sums[0]]
    let variance = [sums[3] / sums[0] - mean[0] * mean[0], sums[4] / sums[0] - mean[1] * mean[1]]
    return (log(sums[0] * spacing * spacing) - lowest, mean, variance)
  }
}
