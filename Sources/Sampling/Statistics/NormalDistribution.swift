private import Foundation

/// The standard normal distribution.
package enum NormalDistribution {
  /// Φ(x).
  package static func cumulative(_ x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) }

  /// Φ⁻¹(p) for 0 < p < 1, to about 1e-15: a rational first guess of 4 digits, then Halley's method.
  ///
  /// Source of the guess: Abramowitz & Stegun, *Handbook of mathematical functions*, 1964, 26.2.23.
  package static func quantile(_ p: Double) -> Double {
    let tail = min(p, 1 - p)
    let t = (-2 * log(tail)).squareRoot()
    let numerator = 2.515517 + t * (0.802853 + t * 0.010328)
    let denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    // In the lower tail, where no digit is lost.
    var x = numerator / denominator - t
    for _ in 0..<3 {
      let error = (cumulative(x) - tail) * (2 * Double.pi).squareRoot() * exp(x * x / 2)
      x -= error / (1 + x * error / 2)
    }
    return p < 0.5 ? x : -x
  }
}
