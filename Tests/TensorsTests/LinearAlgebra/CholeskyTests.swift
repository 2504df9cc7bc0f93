import Foundation
import Tensors
import Testing

@Suite struct CholeskyTests {
  /// |l lᵀ − a| is at most (n + 1) u |l| |lᵀ| element by element, and (|l| |lᵀ|)ᵢⱼ is at most √(aᵢᵢ aⱼⱼ).
  /// Source: N. Higham, "Accuracy and Stability of Numerical Algorithms" (2002), theorem 10.3.
  @Test(arguments: [1, 2, 3, 10, 65, 150])
  func theFactorMultipliesToTheMatrix(_ size: Int) throws {
    let matrix = DoubleMatrix.positiveDefinite(size, seed: 1)
    let factor = DoubleMatrix(try LinearAlgebra.cholesky(matrix.tensor))
    let difference = factor * factor.transposed - matrix
    for row in 0..<size {
      #expect(factor[row, row] > 0)
      for column in 0..<size {
        let bound = Double(size + 1) * epsilon * (matrix[row, row] * matrix[column, column]).squareRoot()
        #expect(abs(difference[row, column]) <= bound, "[\(row), \(column)]")
        if column > row { #expect(factor[row, column] == 0) }
      }
    }
  }

  @Test func aKnownFactorIsFound() throws {
    let factor = try LinearAlgebra.cholesky(Tensor([4, 12, -16, 12, 37, -43, -16, -43, 98], shape: [3, 3]))
    #expect(factor.scalars == [2, 0, 0, 6, 1, 0, -8, 5, 3])
  }

  /// The residual of a solution by a Cholesky factor is at most (3n + 1) u ‖l‖ ‖lᵀ‖ ‖x‖ (Higham, theorem 10.4).
  @Test(arguments: [1, 3, 40])
  func aFactoredSystemIsSolved(_ size: Int) throws {
    let matrix = DoubleMatrix.positiveDefinite(size, seed: 2)
    let factor = try LinearAlgebra.cholesky(matrix.tensor)
    for right in [DoubleMatrix.random(size, 1, seed: 3).tensor, DoubleMatrix.random(size, 4, seed: 4).tensor] {
      let solution = try LinearAlgebra.choleskySolve(factor: factor, rightHandSide: right)
      #expect(solution.shape == right.shape)
      let x = DoubleMatrix(solution)
      let residual = matrix * x - DoubleMatrix(right)
      let factorNorm = DoubleMatrix(factor).norm
      #expect(residual.largest <= Double(3 * size + 1) * epsilon * factorNorm * factorNorm * x.norm)
    }
    let vector = DoubleMatrix.random(size, 1, seed: 3).tensor.scalars
    let column = try LinearAlgebra.choleskySolve(factor: factor, rightHandSide: Tensor(vector, shape: [size, 1]))
    let plain = try LinearAlgebra.choleskySolve(factor: factor, rightHandSide: Tensor(vector, shape: [size]))
    #expect(plain.shape == [size])
    #expect(plain.scalars == column.scalars)
  }

  @Test func theFirstMinorThatIsNotPositiveIsNamed() throws {
    for minor in 1...4 {
      var matrix = DoubleMatrix.identity(4)
      matrix.scalars[(minor - 1) * 5] = -1
      let error = try #require(throws: LinearAlgebraError.self) { try LinearAlgebra.cholesky(matrix.tensor) }
      #expect(error == LinearAlgebraError(operation: "cholesky", reason: .notPositiveDefinite(leadingMinor: minor)))
    }
    let zero = try #require(throws: LinearAlgebraError.self) {
      try LinearAlgebra.cholesky(Tensor([0, 0, 0, 0], shape: [2, 2]))
    }
    #expect(zero.reason == .notPositiveDefinite(leadingMinor: 1))
  }

  @Test func aMatrixThatIsNotSymmetricIsRefused() throws {
    let error = try #require(throws: LinearAlgebraError.self) {
      try LinearAlgebra.cholesky(Tensor([2, 1, 0.5, 2], shape: [2, 2]))
    }
    #expect(error.reason == .notSymmetric(row: 1, column: 0, difference: 0.5))
    // A difference of rounding is accepted, and the lower triangle is the one that counts.
    let rounded = try LinearAlgebra.cholesky(Tensor([1, Float(0.5).nextUp, 0.5, 1.25], shape: [2, 2]))
    #expect(rounded.scalars == [1, 0, 0.5, 1])
  }

  @Test func aFactorWithAZeroOnItsDiagonalIsSingular() throws {
    let error = try #require(throws: LinearAlgebraError.self) {
      try LinearAlgebra.choleskySolve(
        factor: Tensor([1, 0, 3, 0], shape: [2, 2]), rightHandSide: Tensor([1, 1], shape: [2]))
    }
    #expect(error.reason == .singular(pivot: 1))
  }

  /// log det = (n − 1) log(1 − ρ²). A backward error of (n + 1) u √(aᵢᵢ aⱼⱼ) changes it by at most n times that over the
  /// smallest eigenvalue, which is at least (1 − ρ) / (1 + ρ); the rounding of the elements changes it by no more.
  @Test(arguments: [1, 2, 20, 100], [-0.7, 0, 0.5, 0.9])
  func theLogDeterminantOfAnAutoregressionIsKnown(_ size: Int, _ correlation: Double) throws {
    let matrix = DoubleMatrix.autoregressive(size, correlation: correlation).tensor
    let expected = Double(size - 1) * log(1 - correlation * correlation)
    let smallest = (1 - abs(correlation)) / (1 + abs(correlation))
    let found = try LinearAlgebra.logDeterminant(matrix)
    #expect(abs(found - expected) <= Double(size * (size + 1)) * epsilon / smallest)
    #expect(try LinearAlgebra.logDeterminant(choleskyFactor: LinearAlgebra.cholesky(matrix)) == found)
  }

  @Test func theLogDeterminantDoesNotOverflow() throws {
    let size = 60
    let matrix = DoubleMatrix.diagonal([Float](repeating: 0x1p100, count: size)).tensor
    let expected = 100 * Double(size) * log(2.0)
    #expect(abs(try LinearAlgebra.logDeterminant(matrix) - expected) <= 1e-12 * expected)
  }

  @Test func theLogDeterminantNamesItselfInErrors() throws {
    let error = try #require(throws: LinearAlgebraError.self) {
      try LinearAlgebra.logDeterminant(Tensor([-1], shape: [1, 1]))
    }
    #expect(
      error.description
        == "logDeterminant: found a leading 1 x 1 minor that is not positive, expected a positive definite matrix")
    let factor = try #require(throws: LinearAlgebraError.self) {
      try LinearAlgebra.logDeterminant(choleskyFactor: Tensor([1, 0, 0, -1], shape: [2, 2]))
    }
    #expect(factor.reason == .notPositiveDefinite(leadingMinor: 2))
  }
}
