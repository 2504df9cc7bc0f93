import COpenBLAS

extension LinearAlgebra {
  /// Solves a general system of linear equations.
  ///
  /// ```
  /// a · x = b
  /// ```
  ///
  /// Rows and columns are scaled to similar size, the matrix is factored with row exchanges, and the solution is
  /// improved with its residual (LAPACK's expert driver), so badly scaled systems are solved as well as others. For a
  /// positive definite matrix `cholesky` and `choleskySolve` take half the time.
  ///
  /// - Parameters:
  ///   - a: `[n, n]`.
  ///   - rightHandSide: `b`, `[n]` or one system a column, `[n, columns]`.
  /// - Returns: `x`, of the shape of `rightHandSide`.
  /// - Throws: `LinearAlgebraError`: `.singular` for a pivot of exactly zero, `.singularToWorkingPrecision` if the
  ///   scaled matrix's estimated reciprocal condition number is below Float32's unit roundoff 2⁻²⁴ (no digit of the
  ///   solution would be sure), `.overflow`, `.shape`, `.notFinite`, `.tooLarge`.
  /// - Complexity: 2n³/3 operations and O(n²) more a column; a copy of `a`.
  public static func solve(_ a: Tensor, rightHandSide: Tensor) throws(LinearAlgebraError) -> Tensor {
    let matrix = try MatrixOperand(square: a, named: "a", in: "solve")
    let right = try MatrixOperand(rightHandSide: rightHandSide, rows: matrix.rows, in: matrix.operation)
    guard !right.isEmpty else { return Tensor([], shape: rightHandSide.shape) }
    let size = matrix.lapackRows
    let columns = right.lapackColumns
    var scaled = matrix.scalars
    var scaledRight = right.scalars
    var factors = [Float](repeating: 0, count: matrix.scalars.count)
    var solution = [Float](repeating: 0, count: right.scalars.count)
    var pivots = [Int32](repeating: 0, count: matrix.rows)
    var rowScales = [Float](repeating: 0, count: matrix.rows)
    var columnScales = rowScales
    var forwardErrors = [Float](repeating: 0, count: right.columns)
    var backwardErrors = forwardErrors
    var equilibration = CChar(UInt8(ascii: "N"))
    var reciprocalCondition: Float = 0
    var pivotGrowth: Float = 0
    let info = LAPACKE_sgesvx(
      LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "E")), CChar(UInt8(ascii: "N")), size, columns, &scaled, size, &factors,
      size, &pivots, &equilibration, &rowScales, &columnScales, &scaledRight, columns, &solution, columns,
      &reciprocalCondition, &forwardErrors, &backwardErrors, &pivotGrowth)
    let failure = try matrix.checkedInfo(info)
    guard failure <= matrix.rows else {
      throw LinearAlgebraError(
        operation: matrix.operation, reason: .singularToWorkingPrecision(reciprocalCondition: reciprocalCondition))
    }
    guard failure == 0 else {
      throw LinearAlgebraError(operation: matrix.operation, reason: .singular(pivot: failure - 1))
    }
    return try matrix.answer(solution, shape: rightHandSide.shape)
  }
}
