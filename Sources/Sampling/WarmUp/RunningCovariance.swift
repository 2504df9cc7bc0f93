/// The mean and the covariance of points that come one after the other, by updates that do not cancel:
///
/// ```
/// δ = x − m,   m ← m + δ/n,   S ← S + δ (x − m)ᵀ,   covariance = S/(n − 1)
/// ```
/// Source: Welford, *Note on a method for calculating corrected sums of squares and products*, 1962.
public struct RunningCovariance: Sendable {
  /// n.
  public private(set) var count = 0
  /// m, D numbers.
  public private(set) var mean: [Double]
  /// S: its diagonal, or all of it row by row.
  private var products: [Double]
  private let isDense: Bool

  /// No points yet.
  ///
  /// - Parameters:
  ///   - dimension: D.
  ///   - isDense: whether covariances are kept, not variances alone.
  public init(dimension: Int, isDense: Bool) {
    mean = [Double](repeating: 0, count: dimension)
    products = [Double](repeating: 0, count: isDense ? dimension * dimension : dimension)
    self.isDense = isDense
  }

  /// Takes in points, row-major `[count, D]`. A point that is not finite is left out.
  public mutating func add(_ rows: [Float]) {
    let dimension = mean.count
    guard dimension > 0 else { return }
    var change = [Double](repeating: 0, count: dimension)
    for row in stride(from: 0, to: rows.count, by: dimension) {
      let point = rows[row..<(row + dimension)]
      guard point.allSatisfy(\.isFinite) else { continue }
      count += 1
      for (i, value) in point.enumerated() {
        change[i] = Double(value) - mean[i]
        mean[i] += change[i] / Double(count)
      }
      for (i, value) in point.enumerated() {
        let rest = Double(value) - mean[i]
        if isDense {
          for j in 0..<dimension { products[i * dimension + j] += rest * change[j] }
        } else {
          products[i] += rest * change[i]
        }
      }
    }
  }

  /// D variances, or D² covariances row by row; zeros for fewer than two points.
  public var covariance: [Double] { products.map { count < 2 ? 0 : $0 / Double(count - 1) } }

  /// The covariance drawn towards a small multiple of the identity, so that few points cannot make it singular:
  /// (n C + 5 · 10⁻³ I)/(n + 5), as Stan does.
  public var regularizedCovariance: [Double] {
    let (n, dimension) = (Double(count), mean.count)
    var result = covariance.map { $0 * n / (n + 5) }
    for i in 0..<dimension { result[isDense ? i * dimension + i : i] += 5e-3 / (n + 5) }
    return result
  }
}
