import COpenBLAS

extension LinearAlgebra {
  /// The eigenvalues and eigenvectors of a symmetric matrix.
  ///
  /// ```
  /// a · v = v · diag(λ),  vᵀ · v = 1
  /// ```
  ///
  /// - Parameter a: symmetric, `[n, n]`. The lower triangle is used; the upper may differ by rounding.
  /// - Returns: `values` λ in ascending order, `[n]`, and `vectors` v with the eigenvector of `values[j]` in column j,
  ///   `[n, n]`. The sign of a vector, and the choice of vectors for equal values, is LAPACK's.
  /// - Throws: `LinearAlgebraError`: `.notConverged`, `.notSymmetric`, `.shape`, `.notFinite`, `.overflow`, `.tooLarge`
  ///   (n above 32,766).
  /// - Complexity: about 9n³ operations at most; scratch memory of 2n² scalars.
  public static func symmetricEigen(
    _ a: Tensor
  ) throws(LinearAlgebraError) -> (values: Tensor, vectors: Tensor) {
    let matrix = try MatrixOperand(symmetric: a, named: "a", in: "symmetricEigen")
    let size = matrix.rows
    guard !matrix.isEmpty else { return (Tensor([], shape: [0]), Tensor([], shape: [0, 0])) }
    // The scratch memory of the divide-and-conquer driver ssyevd, which it counts in 32 bits.
    try MatrixOperand.lapackCount(1 + 6 * size + 2 * size * size, shape: matrix.shape, in: matrix.operation)
    var vectors = matrix.scalars
    var values = [Float](repeating: 0, count: size)
    let info = LAPACKE_ssyevd(
      LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "V")), lower, matrix.lapackRows, &vectors, matrix.lapackRows, &values)
    let failures = try matrix.checkedInfo(info)
    guard failures == 0 else {
      throw LinearAlgebraError(operation: matrix.operation, reason: .notConverged(count: failures))
    }
    return (
      try matrix.answer(values, shape: [size]),
      try matrix.answer(vectors, shape: [size, size])
    )
  }
}
