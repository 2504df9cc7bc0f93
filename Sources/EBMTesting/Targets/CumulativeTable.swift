private import Foundation

/// The distribution function of p(x) ∝ exp(−E(x)) on an interval beyond which p is negligible, by Simpson's rule on
/// 16,384 cells and linear interpolation; exact to about 10⁻⁸ for smooth E.
struct CumulativeTable: Sendable {
  private let lower: Double
  private let width: Double
  /// Values at the cells' ends; 0 first, 1 last.
  private let values: [Double]
  /// E[x²].
  let secondMoment: Double

  init(from lower: Double, to upper: Double, energy: (Double) -> Double) {
    let cells = 16_384
    let width = (upper - lower) / Double(cells)
    var (sums, squares) = ([0.0], 0.0)
    for cell in 0..<cells {
      let left = lower + Double(cell) * width
      func simpson(_ f: (Double) -> Double) -> Double {
        width / 6 * (f(left) + 4 * f(left + width / 2) + f(left + width))
      }
      sums.append(sums[cell] + simpson { exp(-energy($0)) })
      squares += simpson { $0 * $0 * exp(-energy($0)) }
    }
    let total = sums[cells]
    self.lower = lower
    self.width = width
    values = sums.map { $0 / total }
    secondMoment = squares / total
  }

  /// P(X < x).
  func cumulative(_ x: Double) -> Double {
    let position = (x - lower) / width
    if !(position > 0) { return position.isNaN ? .nan : 0 }
    let cell = Int(min(position, Double(values.count)))
    if cell >= values.count - 1 { return 1 }
    return values[cell] + (position - Double(cell)) * (values[cell + 1] - values[cell])
  }

  /// x with P(X < x) = u.
  func quantile(_ u: Double) -> Double {
    var (low, high) = (0, values.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if values[middle] <= u { low = middle } else { high = middle }
    }
    let share = (u - values[low]) / (values[high] - values[low])
    return lower + (Double(low) + share) * width
  }
}
