import COpenBLAS

/// An operand of a linear algebra operation, checked: the right shape, finite, of a size that LAPACK can count.
struct MatrixOperand {
  /// The operation that has this operand, for messages.
  let operation: String
  let rows: Int
  let columns: Int
  /// Row by row.
  var scalars: [Float]

  /// Checks a matrix.
  ///
  /// - Parameters:
  ///   - tensor: rank 2.
  ///   - name: the operand's name, for messages.
  ///   - operation: the operation, for messages.
  init(_ tensor: Tensor, named name: String, in operation: String) throws(LinearAlgebraError) {
    guard tensor.shape.count == 2 else {
      throw LinearAlgebraError(
        operation: operation, reason: .shape(found: tensor.shape, expected: "a matrix, rank 2, for \(name)"))
    }
    try self.init(tensor, rows: tensor.shape[0], columns: tensor.shape[1], named: name, in: operation)
  }

  /// Checks a square matrix.
  init(square tensor: Tensor, named name: String, in operation: String) throws(LinearAlgebraError) {
    guard tensor.shape.count == 2, tensor.shape[0] == tensor.shape[1] else {
      throw LinearAlgebraError(
        operation: operation, reason: .shape(found: tensor.shape, expected: "a square matrix for \(name)"))
    }
    try self.init(tensor, named: name, in: operation)
  }

  /// Checks a square matrix that equals its transpose.
  ///
  /// LAPACK reads one triangle and would not notice a matrix that is not symmetric. Mirrored elements may differ by
  /// √ε · max|a|: far more than the rounding of any sum of products, far less than a mistake.
  init(symmetric tensor: Tensor, named name: String, in operation: String) throws(LinearAlgebraError) {
    try self.init(square: tensor, named: name, in: operation)
    let largest = scalars.reduce(0) { max($0, $1.magnitude) }
    let tolerance = Float.ulpOfOne.squareRoot() * largest
    for row in 0..<rows {
      for column in 0..<row {
        let difference = (scalars[row * columns + column] - scalars[column * columns + row]).magnitude
        guard difference <= tolerance else {
          throw LinearAlgebraError(
            operation: operation, reason: .notSymmetric(row: row, column: column, difference: difference))
        }
      }
    }
  }

  /// Checks the right-hand side of a system with `rows` equations: `[rows]`, one column, or `[rows, columns]`.
  init(rightHandSide tensor: Tensor, rows: Int, in operation: String) throws(LinearAlgebraError) {
    guard 1...2 ~= tensor.shape.count, tensor.shape[0] == rows else {
      throw LinearAlgebraError(
        operation: operation,
        reason: .shape(found: tensor.shape, expected: "[\(rows)] or [\(rows), columns] for the right-hand side"))
    }
    let columns = tensor.shape.count == 2 ? tensor.shape[1] : 1
    try self.init(tensor, rows: rows, columns: columns, named: "the right-hand side", in: operation)
  }

  private init(
    _ tensor: Tensor, rows: Int, columns: Int, named name: String, in operation: String
  ) throws(LinearAlgebraError) {
    self.operation = operation
    self.rows = rows
    self.columns = columns
    scalars = tensor.scalars
    _ = try Self.lapackCount(scalars.count, shape: tensor.shape, in: operation)
    _ = try Self.lapackCount(max(rows, columns), shape: tensor.shape, in: operation)
    if let index = scalars.firstIndex(where: { !$0.isFinite }) {
      let position = tensor.shape.count == 1 ? [index] : [index / columns, index % columns]
      throw LinearAlgebraError(
        operation: operation, reason: .notFinite(operand: name, index: position, value: scalars[index]))
    }
  }

  var isEmpty: Bool { scalars.isEmpty }

  var shape: [Int] { [rows, columns] }

  /// Rows and columns in LAPACK's integers; the initializers have checked that they fit.
  var lapackRows: Int32 { Int32(rows) }
  var lapackColumns: Int32 { Int32(columns) }

  /// A count in LAPACK's 32-bit integers.
  ///
  /// - Throws: `.tooLarge` if it does not fit.
  @discardableResult
  static func lapackCount(
    _ count: Int, shape: [Int], in operation: String
  ) throws(LinearAlgebraError) -> Int32 {
    guard let result = Int32(exactly: count) else {
      throw LinearAlgebraError(operation: operation, reason: .tooLarge(shape: shape))
    }
    return result
  }

  /// Turns what LAPACK says of its arguments and memory into an error.
  ///
  /// - Parameter info: the routine's result; positive values are the routine's own and are returned.
  /// - Returns: 0 for success, or the positive value.
  func checkedInfo(_ info: Int32) throws(LinearAlgebraError) -> Int {
    switch info {
    case 0...: return Int(info)
    case LAPACK_WORK_MEMORY_ERROR, LAPACK_TRANSPOSE_MEMORY_ERROR:
      throw LinearAlgebraError(operation: operation, reason: .outOfMemory)
    default: throw LinearAlgebraError(operation: operation, reason: .refusedArgument(position: -Int(info)))
    }
  }

  /// A tensor of an answer, if all of it is finite.
  func answer(_ scalars: [Float], shape: [Int]) throws(LinearAlgebraError) -> Tensor {
    guard scalars.allSatisfy(\.isFinite) else { throw LinearAlgebraError(operation: operation, reason: .overflow) }
    return Tensor(scalars, shape: shape)
  }
}
