/// The lower triangular L with Σ = L Lᵀ, and its inverse, in double precision: small matrices of settings, from which
/// normalisers are to be exact.
struct CholeskyFactor {
  /// L, row by row.
  let lower: [[Double]]
  /// L⁻¹, row by row.
  let inverse: [[Double]]

  /// Nil when the matrix is not square, not symmetric to rounding, or not positive definite.
  init?(_ matrix: [[Double]]) {
    let size = matrix.count
    guard matrix.allSatisfy({ $0.count == size }) else { return nil }
    var factor = [[Double]](repeating: [Double](repeating: 0, count: size), count: size)
    var inverse = factor
    for row in 0..<size {
      for column in 0...row {
        let (a, b) = (matrix[row][column], matrix[column][row])
        guard abs(a - b) <= 1e-9 * max(abs(a), abs(b)) else { return nil }
        let rest = a - (0..<column).reduce(0) { $0 + factor[row][$1] * factor[column][$1] }
        if row != column {
          factor[row][column] = rest / factor[column][column]
        } else {
          // Rounding of the subtraction leaves about this much of a pivot that is truly 0.
          guard rest > 1e-14 * a else { return nil }
          factor[row][row] = rest.squareRoot()
        }
      }
      inverse[row][row] = 1 / factor[row][row]
      for column in 0..<row {
        let sum = (column..<row).reduce(0) { $0 + factor[row][$1] * inverse[$1][column] }
        inverse[row][column] = -sum / factor[row][row]
      }
    }
    lower = factor
    self.inverse = inverse
  }
}
