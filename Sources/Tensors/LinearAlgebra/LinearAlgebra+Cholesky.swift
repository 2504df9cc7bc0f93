import COpenBLAS

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension LinearAlgebra {
  /// The Cholesky factor of a positive definite matrix.
  ///
  /// ```
  /// a = l · lᵀ
  /// ```
  ///
  /// - Parameter a: symmetric, `[n, n]`. The lower triangle is used; the upper may differ by rounding.
  /// - Returns: `l`, lower triangular with a positive diagonal and zeros above it, `[n, n]`.
  /// - Throws: `LinearAlgebraError`: `.notPositiveDefinite` with the first leading minor that is not positive,
  ///   `.notSymmetric`, `.shape`, `.notFinite`, `.tooLarge`.
  /// - Complexity: n³/3 operations.
  public static func cholesky(_ a: Tensor) throws(LinearAlgebraError) -> Tensor {
    let matrix = try MatrixOperand(symmetric: a, named: "a", in: "cholesky")
    guard !matrix.isEmpty else { return Tensor([], shape: matrix.shape) }
    let size = matrix.rows
    var factor = matrix.scalars
    let info = LAPACKE_spotrf(LAPACK_ROW_MAJOR, lower, matrix.lapackRows, &factor, matrix.lapackRows)
    let minor = try matrix.checkedInfo(info)
    guard minor == 0 else {
      throw LinearAlgebraError(operation: matrix.operation, reason: .notPositiveDefinite(leadingMinor: minor))
    }
    for row in 0..<size {
      for column in (row + 1)..<max(row + 1, size) { factor[row * size + column] = 0 }
    }
    return try matrix.answer(factor, shape: matrix.shape)
  }

  /// Solves a system whose matrix has been factored by `cholesky`.
  ///
  /// ```
  /// l · lᵀ · x = b
  /// ```
  ///
  /// - Parameters:
  ///   - factor: `l`, lower triangular, `[n, n]`; what is above the diagonal is not used.
  ///   - rightHandSide: `b`, `[n]` or one system a column, `[n, columns]`.
  /// - Returns: `x`, of the shape of `rightHandSide`.
  /// - Throws: `LinearAlgebraError`: `.singular` for a zero on the factor's diagonal, `.overflow`, `.shape`,
  ///   `.notFinite`, `.tooLarge`.
  /// - Complexity: 2n² operations a column.
  public static func choleskySolve(
    factor: Tensor, rightHandSide: Tensor
  ) throws(LinearAlgebraError) -> Tensor {
    let matrix = try MatrixOperand(square: factor, named: "the factor", in: "choleskySolve")
    let right = try MatrixOperand(rightHandSide: rightHandSide, rows: matrix.rows, in: matrix.operation)
    guard !right.isEmpty else { return Tensor([], shape: rightHandSide.shape) }
    if let row = (0..<matrix.rows).first(where: { matrix.scalars[$0 * (matrix.columns + 1)] == 0 }) {
      throw LinearAlgebraError(operation: matrix.operation, reason: .singular(pivot: row))
    }
    var solution = right.scalars
    let info = LAPACKE_spotrs(
      LAPACK_ROW_MAJOR, lower, matrix.lapackRows, right.lapackColumns, matrix.scalars, matrix.lapackRows, &solution,
      right.lapackColumns)
    _ = try matrix.checkedInfo(info)
    return try matrix.answer(solution, shape: rightHandSide.shape)
  }

  /// The logarithm of the determinant of a positive definite matrix.
  ///
  /// - Parameter a: symmetric, `[n, n]`.
  /// - Returns: `log det a`; 0 for n = 0. The factor is Float32, the sum of its logarithms is not.
  /// - Throws: as `cholesky`.
  /// - Complexity: n³/3 operations.
  public static func logDeterminant(_ a: Tensor) throws(LinearAlgebraError) -> Double {
    do {
      return try logDeterminant(choleskyFactor: try cholesky(a))
    } catch {
      throw LinearAlgebraError(operation: "logDeterminant", reason: error.reason)
    }
  }

  /// The logarithm of the determinant of a positive definite matrix whose Cholesky factor is known.
  ///
  /// ```
  /// log det (l · lᵀ) = 2 Σᵢ log lᵢᵢ
  /// ```
  ///
  /// - Parameter choleskyFactor: `l`, lower triangular with a positive diagonal, `[n, n]`.
  /// - Returns: the logarithm; 0 for n = 0.
  /// - Throws: `LinearAlgebraError`: `.notPositiveDefinite` for a diagonal element that is not positive, `.shape`,
  ///   `.notFinite`.
  /// - Complexity: O(n²), for the check that the factor is finite.
  public static func logDeterminant(choleskyFactor: Tensor) throws(LinearAlgebraError) -> Double {
    let matrix = try MatrixOperand(square: choleskyFactor, named: "the factor", in: "logDeterminant")
    var sum = 0.0
    for row in 0..<matrix.rows {
      let element = matrix.scalars[row * (matrix.columns + 1)]
      guard element > 0 else {
        throw LinearAlgebraError(operation: matrix.operation, reason: .notPositiveDefinite(leadingMinor: row + 1))
      }
      sum += log(Double(element))
    }
    return 2 * sum
  }

  /// LAPACK's letter for the lower triangle.
  static var lower: CChar { CChar(UInt8(ascii: "L")) }
}
