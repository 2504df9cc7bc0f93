private import Foundation

/// Tail probabilities of the statistics that checks use.
enum Significance {
  /// Standard errors beyond which a comparison fails: both tails of a normal distribution hold
  /// `Conformance.falseAlarm`.
  static let standardErrors = 5.61

  /// P(χ² > statistic) with so many degrees of freedom: Γ(k/2, x/2)/Γ(k/2), by its series below the mean and by Lentz's
  /// continued fraction above.
  static func chiSquareTail(_ statistic: Double, degrees: Int) -> Double {
    let (a, x) = (Double(degrees) / 2, statistic / 2)
    if !(x > 0) { return x.isNaN ? 0 : 1 }
    if x == .infinity { return 0 }
    let front = exp(a * log(x) - x - lgamma(a))
    if x < a + 1 {
      var (term, sum, n) = (1 / a, 1 / a, a)
      while term > 1e-16 * sum {
        n += 1
        term *= x / n
        sum += term
      }
      return max(0, 1 - front * sum)
    }
    let tiny = 1e-300
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / b
    var fraction = d
    for i in 1...10_000 {
      let numerator = -Double(i) * (Double(i) - a)
      b += 2
      d = 1 / nonzero(numerator * d + b, tiny)
      c = nonzero(b + numerator / c, tiny)
      fraction *= c * d
      if abs(c * d - 1) < 1e-14 { break }
    }
    return min(1, front * fraction)
  }

  private static func nonzero(_ value: Double, _ tiny: Double) -> Double { abs(value) < tiny ? tiny : value }

  /// P(√n sup |Fₙ − F| > statistic), Kolmogorov's limit with Stephens's correction for n samples.
  static func kolmogorovTail(_ distance: Double, count: Int) -> Double {
    let root = Double(count).squareRoot()
    let t = distance * (root + 0.12 + 0.11 / root)
    if !(t > 0.2) { return t.isNaN ? 0 : 1 }
    var (sum, sign) = (0.0, 1.0)
    for k in 1...100 {
      let term = exp(-2 * Double(k * k) * t * t)
      sum += sign * term
      sign = -sign
      if term < 1e-18 { break }
    }
    return min(1, max(0, 2 * sum))
  }

  /// The largest distance between the empirical distribution function of samples and that of U(0, 1).
  static func kolmogorovDistance(_ uniforms: [Double]) -> Double {
    let sorted = uniforms.sorted()
    let n = Double(sorted.count)
    return sorted.enumerated().reduce(0) { largest, pair in
      max(largest, pair.element - Double(pair.offset) / n, Double(pair.offset + 1) / n - pair.element)
    }
  }

  /// P(N(0, 1) < z).
  static func normalCumulative(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

  /// z with P(N(0, 1) < z) = u, by bisection: slow and obvious.
  static func normalQuantile(_ u: Double) -> Double {
    var (low, high) = (-9.0, 9.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if normalCumulative(middle) < u { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
