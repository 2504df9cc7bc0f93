import Tensors

/// A matrix in Double, to check results of Float32 without rounding of the check's own.
struct DoubleMatrix {
  var rows: Int
  var columns: Int
  var scalars: [Double]

  init(rows: Int, columns: Int, _ element: (Int, Int) -> Double) {
    self.rows = rows
    self.columns = columns
    scalars = (0..<rows * columns).map { element($0 / columns, $0 % columns) }
  }

  /// A tensor of rank 2, or of rank 1 as a column.
  init(_ tensor: Tensor) {
    rows = tensor.shape[0]
    columns = tensor.shape.count == 2 ? tensor.shape[1] : 1
    scalars = tensor.scalars.map(Double.init)
  }

  subscript(row: Int, column: Int) -> Double { scalars[row * columns + column] }

  var transposed: DoubleMatrix { DoubleMatrix(rows: columns, columns: rows) { self[$1, $0] } }

  /// In Float32, as the operations take it.
  var tensor: Tensor { Tensor(scalars.map { Float($0) }, shape: [rows, columns]) }

  /// The largest absolute element.
  var largest: Double { scalars.reduce(0) { max($0, abs($1)) } }

  /// The Frobenius norm, an upper bound of the spectral norm.
  var norm: Double { scalars.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  static func * (left: DoubleMatrix, right: DoubleMatrix) -> DoubleMatrix {
    DoubleMatrix(rows: left.rows, columns: right.columns) { row, column in
      (0..<left.columns).reduce(0) { $0 + left[row, $1] * right[$1, column] }
    }
  }

  static func - (left: DoubleMatrix, right: DoubleMatrix) -> DoubleMatrix {
    DoubleMatrix(rows: left.rows, columns: left.columns) { left[$0, $1] - right[$0, $1] }
  }

  static func identity(_ size: Int) -> DoubleMatrix { DoubleMatrix(rows: size, columns: size) { $0 == $1 ? 1 : 0 } }

  static func diagonal(_ elements: [Float]) -> DoubleMatrix {
    DoubleMatrix(rows: elements.count, columns: elements.count) { $0 == $1 ? Double(elements[$0]) : 0 }
  }

  static func random(_ rows: Int, _ columns: Int, seed: UInt64) -> DoubleMatrix {
    var generator = SplitMix64(seed: seed)
    let scalars = (0..<rows * columns).map { _ in Float.random(in: -1...1, using: &generator) }
    return DoubleMatrix(Tensor(scalars, shape: [rows, columns]))
  }

  /// g · gᵀ / n + 0.1: positive definite with a condition number of a few hundred at most, and exactly symmetric.
  static func positiveDefinite(_ size: Int, seed: UInt64) -> DoubleMatrix {
    let factor = random(size, size, seed: seed)
    let product = factor * factor.transposed
    let matrix = DoubleMatrix(rows: size, columns: size) {
      product[max($0, $1), min($0, $1)] / Double(size) + ($0 == $1 ? 0.1 : 0)
    }
    return DoubleMatrix(matrix.tensor)
  }

  /// ρ^|i − j|, the covariance of an autoregression, whose determinant is (1 − ρ²)^(n − 1).
  static func autoregressive(_ size: Int, correlation: Double) -> DoubleMatrix {
    DoubleMatrix(rows: size, columns: size) { row, column in
      (0..<abs(row - column)).reduce(1) { product, _ in product * correlation }
    }
  }
}

/// Float32's spacing at 1. The unit roundoff of the error bounds in the literature is half of it, which leaves a factor
/// of two for what those bounds neglect.
let epsilon = Double(Float.ulpOfOne)
