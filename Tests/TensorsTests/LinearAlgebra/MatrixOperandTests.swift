import Tensors
import Testing

/// What all operations do alike with operands that have no answer.
@Suite struct MatrixOperandTests {
  enum Operation: String, CaseIterable {
    case cholesky, choleskySolve, logDeterminant, solve, symmetricEigen, singularValueDecomposition, singularValues

    /// Applies the operation and gives back the shapes of its answer.
    func apply(_ a: Tensor) throws(LinearAlgebraError) -> [[Int]] {
      let right = Tensor([Float](repeating: 1, count: a.shape.first ?? 1), shape: [a.shape.first ?? 1])
      switch self {
      case .cholesky: return [try LinearAlgebra.cholesky(a).shape]
      case .choleskySolve: return [try LinearAlgebra.choleskySolve(factor: a, rightHandSide: right).shape]
      case .logDeterminant: return [[Int(try LinearAlgebra.logDeterminant(a))]]
      case .solve: return [try LinearAlgebra.solve(a, rightHandSide: right).shape]
      case .symmetricEigen:
        let answer = try LinearAlgebra.symmetricEigen(a)
        return [answer.values.shape, answer.vectors.shape]
      case .singularValueDecomposition:
        let answer = try LinearAlgebra.singularValueDecomposition(a)
        return [answer.left.shape, answer.values.shape, answer.rightTransposed.shape]
      case .singularValues: return [try LinearAlgebra.singularValues(a).shape]
      }
    }

    var needsSquare: Bool { self != .singularValues && self != .singularValueDecomposition }
  }

  @Test(arguments: Operation.allCases, [Float.nan, .infinity, -.infinity])
  func whatIsNotFiniteIsNamedWithItsPlace(_ operation: Operation, _ value: Float) throws {
    var matrix = DoubleMatrix.identity(3)
    matrix.scalars[5] = Double(value)
    let error = try #require(throws: LinearAlgebraError.self) { _ = try operation.apply(matrix.tensor) }
    #expect(error.operation == operation.rawValue)
    #expect(error.description.contains("found \(value) at [1, 2] of "))
    #expect(error.description.contains("expected finite numbers"))
  }

  @Test(arguments: Operation.allCases)
  func aShapeThatDoesNotFitIsRefused(_ operation: Operation) throws {
    for shape in [[], [4], [2, 2, 1]] + (operation.needsSquare ? [[2, 3], [0, 1]] : []) {
      let count = shape.reduce(1, *)
      let error = try #require(throws: LinearAlgebraError.self) {
        _ = try operation.apply(Tensor([Float](repeating: 1, count: count), shape: shape))
      }
      #expect(error.description.hasPrefix("\(operation.rawValue): found shape \(shape), expected a "))
    }
  }

  @Test(
    arguments: zip(
      Operation.allCases, [[[0, 0]], [[0]], [[0]], [[0]], [[0], [0, 0]], [[0, 0], [0], [0, 0]], [[0]]]))
  func aMatrixWithoutElementsHasAnAnswerWithoutElements(_ operation: Operation, _ shapes: [[Int]]) throws {
    #expect(try operation.apply(Tensor([], shape: [0, 0])) == shapes)
  }

  @Test func theSingularValuesOfAnEmptyMatrixKeepItsSides() throws {
    let (left, values, right) = try LinearAlgebra.singularValueDecomposition(Tensor([], shape: [0, 3]))
    #expect([left.shape, values.shape, right.shape] == [[0, 0], [0], [0, 3]])
    #expect(try LinearAlgebra.singularValues(Tensor([], shape: [4, 0])).shape == [0])
  }

  @Test func aRightHandSideWithoutColumnsHasASolutionWithoutColumns() throws {
    let none = Tensor([], shape: [2, 0])
    let identity = DoubleMatrix.identity(2).tensor
    #expect(try LinearAlgebra.solve(identity, rightHandSide: none).shape == [2, 0])
    #expect(try LinearAlgebra.choleskySolve(factor: identity, rightHandSide: none).shape == [2, 0])
  }

  @Test func aSideThatThirtyTwoBitsCannotCountIsRefused() throws {
    let error = try #require(throws: LinearAlgebraError.self) {
      try LinearAlgebra.singularValues(Tensor([], shape: [1 << 31, 0]))
    }
    #expect(error.reason == .tooLarge(shape: [1 << 31, 0]))
  }
}
