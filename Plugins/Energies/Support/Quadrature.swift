private import Foundation

/// ln ∫ p, mean and variance of an unnormalised density p on a line, by the trapezoidal rule.
///
/// For a smooth p that has died out at both ends, the rule converges faster than any power of the spacing: with a
/// dozen nodes in each standard deviation of the narrowest peak nothing but rounding is left.
struct LineMoments {
  let logNormalizer: Double
  let mean: Double
  let variance: Double

  /// - Parameters:
  ///   - range: outside of it p is negligible.
  ///   - nodes: number of intervals.
  ///   - energy: −ln p.
  init(over range: ClosedRange<Double>, nodes: Int, energy: (Double) -> Double) {
    let spacing = (range.upperBound - range.lowerBound) / Double(nodes)
    let points = (0...nodes).map { range.lowerBound + Double($0) * spacing }
    let energies = points.map(energy)
    let lowest = energies.min() ?? 0
    let weights = energies.map { exp(lowest - $0) }
    let total = weights.reduce(0, +)
    let mean = zip(points, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
    logNormalizer = log(total * spacing) - lowest
    variance = zip(points, weights).reduce(0) { $0 + ($1.0 - mean) * ($1.0 - mean) * $1.1 } / total
    self.mean = mean
  }
}
