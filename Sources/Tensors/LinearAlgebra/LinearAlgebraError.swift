/// A matrix for which an operation has no answer, told in one line.
public struct LinearAlgebraError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was wrong. Rows, columns and pivots count from 0; a leading minor is named by its size, from 1.
  public enum Reason: Equatable, Sendable {
    /// An operand has a shape that does not fit; `expected` says in words what would.
    case shape(found: [Int], expected: String)
    /// An operand holds a NaN or an infinity.
    case notFinite(operand: String, index: [Int], value: Float)
    /// Two elements that mirror each other differ by more than rounding explains.
    case notSymmetric(row: Int, column: Int, difference: Float)
    /// The leading minor of this size is the first that is not positive.
    case notPositiveDefinite(leadingMinor: Int)
    /// A pivot or a diagonal element of a factor is zero.
    case singular(pivot: Int)
    /// The matrix is so close to a singular one that no digit of the answer would be sure.
    case singularToWorkingPrecision(reciprocalCondition: Float)
    /// The iteration stopped with this many values not found.
    case notConverged(count: Int)
    /// The operands are finite but the answer exceeds the range of Float32.
    case overflow
    /// A matrix, or the scratch memory it needs, is beyond the 32-bit sizes of LAPACK.
    case tooLarge(shape: [Int])
    /// LAPACK could not get its scratch memory.
    case outOfMemory
    /// LAPACK refused its argument at this position: a mistake in this module, not in the data.
    case refusedArgument(position: Int)
  }

  /// The operation that was asked for, such as `cholesky`.
  public var operation: String

  /// What was wrong.
  public var reason: Reason

  /// Makes an error.
  ///
  /// - Parameters:
  ///   - operation: the operation that was asked for.
  ///   - reason: what was wrong.
  public init(operation: String, reason: Reason) {
    self.operation = operation
    self.reason = reason
  }

  /// One line: the operation, what was found, what was expected.
  public var description: String { "\(operation): \(explanation)" }

  private var explanation: String {
    switch reason {
    case .shape(let found, let expected): "found shape \(found), expected \(expected)"
    case .notFinite(let operand, let index, let value):
      "found \(value) at \(index) of \(operand), expected finite numbers"
    case .notSymmetric(let row, let column, let difference):
      "found elements [\(row), \(column)] and [\(column), \(row)] that differ by \(difference), "
        + "expected a symmetric matrix"
    case .notPositiveDefinite(let minor):
      "found a leading \(minor) x \(minor) minor that is not positive, expected a positive definite matrix"
    case .singular(let pivot): "found a zero pivot in row \(pivot), expected a matrix that has an inverse"
    case .singularToWorkingPrecision(let reciprocal):
      "found a reciprocal condition number of \(reciprocal), expected at least \(Float.ulpOfOne / 2)"
    case .notConverged(let count): "found \(count) values that did not converge, expected none"
    case .overflow: "found an answer beyond the largest Float32, expected smaller numbers"
    case .tooLarge(let shape): "found shape \(shape), expected one whose scratch memory LAPACK's 32-bit sizes can count"
    case .outOfMemory: "found too little memory for the scratch space, expected smaller matrices"
    case .refusedArgument(let position): "LAPACK refused its argument \(position), a mistake in this library"
    }
  }
}
