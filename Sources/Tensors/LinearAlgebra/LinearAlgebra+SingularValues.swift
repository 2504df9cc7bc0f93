import COpenBLAS

extension LinearAlgebra {
  /// The thin singular value decomposition.
  ///
  /// ```
  /// a = u · diag(s) · vᵀ,  uᵀ · u = vᵀ · v = 1
  /// ```
  ///
  /// - Parameter a: `[m, n]`; k = min(m, n).
  /// - Returns: `left` u, `[m, k]`; `values` s ≥ 0 in descending order, `[k]`; `rightTransposed` vᵀ, `[k, n]`. The signs
  ///   of a pair of singular vectors are LAPACK's.
  /// - Throws: `LinearAlgebraError`: `.notConverged`, `.shape`, `.notFinite`, `.overflow`, `.tooLarge`.
  /// - Complexity: about 6 max(m, n) k² + 20k³ operations at most; scratch memory of 4k² scalars and more.
  public static func singularValueDecomposition(
    _ a: Tensor
  ) throws(LinearAlgebraError) -> (left: Tensor, values: Tensor, rightTransposed: Tensor) {
    let matrix = try MatrixOperand(a, named: "a", in: "singularValueDecomposition")
    let parts = try decompose(matrix, withVectors: true)
    let rank = parts.values.count
    return (
      try matrix.answer(parts.left, shape: [matrix.rows, rank]),
      try matrix.answer(parts.values, shape: [rank]),
      try matrix.answer(parts.rightTransposed, shape: [rank, matrix.columns])
    )
  }

  /// The singular values alone.
  ///
  /// - Parameter a: `[m, n]`.
  /// - Returns: the values in descending order, `[min(m, n)]`.
  /// - Throws: as `singularValueDecomposition`.
  /// - Complexity: about 4 max(m, n) k² operations with k = min(m, n).
  public static func singularValues(_ a: Tensor) throws(LinearAlgebraError) -> Tensor {
    let matrix = try MatrixOperand(a, named: "a", in: "singularValues")
    let values = try decompose(matrix, withVectors: false).values
    return try matrix.answer(values, shape: [values.count])
  }

  /// The divide-and-conquer driver sgesdd.
  private static func decompose(
    _ matrix: MatrixOperand, withVectors: Bool
  ) throws(LinearAlgebraError) -> (left: [Float], values: [Float], rightTransposed: [Float]) {
    let rank = min(matrix.rows, matrix.columns)
    guard rank > 0 else { return ([], [], []) }
    // sgesdd asks for at most 5k² + 7k scalars and, for its blocks, some 128 a row and column more. It passes the
    // amount as a Float32, so what is above 2^31 would be lost.
    try MatrixOperand.lapackCount(
      5 * rank * rank + 128 * (matrix.rows + matrix.columns), shape: matrix.shape, in: matrix.operation)
    var scratch = matrix.scalars
    var values = [Float](repeating: 0, count: rank)
    var left = [Float](repeating: 0, count: withVectors ? matrix.rows * rank : 1)
    var rightTransposed = [Float](repeating: 0, count: withVectors ? rank * matrix.columns : 1)
    let job = withVectors ? "S" : "N" as Unicode.Scalar
    let info = LAPACKE_sgesdd(
      LAPACK_ROW_MAJOR, CChar(job.value), matrix.lapackRows, matrix.lapackColumns, &scratch, matrix.lapackColumns,
      &values, &left, Int32(rank), &rightTransposed, matrix.lapackColumns)
    let failures = try matrix.checkedInfo(info)
    guard failures == 0 else {
      throw LinearAlgebraError(operation: matrix.operation, reason: .notConverged(count: failures))
    }
    return (left, values, rightTransposed)
  }
}
