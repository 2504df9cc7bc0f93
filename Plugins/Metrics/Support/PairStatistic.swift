internal import Sampling

/// The mean of a symmetric function over all pairs of different observations, a U-statistic, with its standard error.
///
/// ```
/// U = 1/(m(m − 1)) Σ_{i≠j} h(i, j),   Var U ≈ 4 ζ₁/m + 2 ζ₂/(m(m − 1))
/// ```
/// ζ₂ is the variance of h and ζ₁ that of its mean over one argument. The second term is what is left when the first
/// vanishes, as it does for two samples of the same law. Source: Hoeffding, *A class of statistics with asymptotically
/// normal distribution*, 1948.
struct PairStatistic {
  let value: Double
  let standardError: Double

  /// - Parameters:
  ///   - count: m, at least 3.
  ///   - function: h(i, j) = h(j, i).
  @inline(__always)
  init(count: Int, _ function: (Int, Int) -> Double) {
    var rows = [Double](repeating: 0, count: count)
    var squares = 0.0
    rows.withUnsafeMutableBufferPointer { rows in
      for i in 1..<count {
        var row = 0.0
        for j in 0..<i {
          let value = function(i, j)
          row += value
          squares += value * value
          rows[j] += value
        }
        rows[i] += row
      }
    }
    let m = Double(count)
    let means = Moments(rows.map { $0 / (m - 1) })
    let second = max(0, 2 * squares / (m * (m - 1)) - means.mean * means.mean)
    // The means of rows vary by ζ₁ and by the ζ₂/(m − 1) of the terms that they are means of.
    let first = max(0, means.variance - second / (m - 1))
    value = means.mean
    standardError = (4 * first / m + 2 * second / (m * (m - 1))).squareRoot()
  }
}
