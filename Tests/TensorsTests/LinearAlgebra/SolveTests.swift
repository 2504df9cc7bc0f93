import Tensors
import Testing

@Suite struct SolveTests {
  /// After a step of refinement the residual is a small multiple of u (‖a‖ ‖x‖ + ‖b‖) (Higham, theorem 12.3); without
  /// it, it grows with n, which the bound allows for.
  @Test(arguments: [1, 2, 5, 64, 120], [1, 3])
  func theSolutionSatisfiesTheEquations(_ size: Int, _ columns: Int) throws {
    let matrix = DoubleMatrix.random(size, size, seed: 5)
    let right = DoubleMatrix.random(size, columns, seed: 6)
    let solution = DoubleMatrix(try LinearAlgebra.solve(matrix.tensor, rightHandSide: right.tensor))
    let residual = matrix * solution - right
    #expect(residual.largest <= Double(size) * epsilon * (matrix.norm * solution.norm + right.norm))
  }

  @Test func aKnownSolutionIsFound() throws {
    let solution = try LinearAlgebra.solve(
      Tensor([0, 2, 1, 1, -1, 0, 3, 0, -2], shape: [3, 3]), rightHandSide: Tensor([7, -1, -3], shape: [3]))
    #expect(solution.shape == [3])
    for (found, expected) in zip(solution.scalars, [1, 2, 3] as [Float]) {
      #expect(abs(found - expected) <= 8 * .ulpOfOne * expected)
    }
  }

  @Test func badScalingIsNoObstacle() throws {
    let scales: [Float] = [1e-18, 1, 1e18]
    let solution = try LinearAlgebra.solve(
      DoubleMatrix.diagonal(scales).tensor, rightHandSide: Tensor(scales.map { 3 * $0 }, shape: [3]))
    for found in solution.scalars { #expect(abs(found - 3) <= 16 * .ulpOfOne) }
  }

  @Test func aSingularMatrixIsRefused() throws {
    let right = Tensor([1, 1, 1], shape: [3])
    let zeroColumn = try #require(throws: LinearAlgebraError.self) {
      try LinearAlgebra.solve(Tensor([1, 0, 2, 3, 0, 4, 5, 0, 7], shape: [3, 3]), rightHandSide: right)
    }
    #expect(zeroColumn.reason == .singular(pivot: 1))
    // Rows in arithmetic progression: rounding leaves a pivot that is not quite zero.
    let progression = try #require(throws: LinearAlgebraError.self) {
      try LinearAlgebra.solve(Tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], shape: [3, 3]), rightHandSide: right)
    }
    switch progression.reason {
    case .singular, .singularToWorkingPrecision: break
    default: Issue.record("\(progression)")
    }
  }

  @Test func aHilbertMatrixIsSingularToWorkingPrecision() throws {
    // The condition number of the Hilbert matrix of size 10 is 1.6e13; that of size 4 is 1.6e4.
    let hilbert = { (size: Int) in DoubleMatrix(rows: size, columns: size) { 1 / Double($0 + $1 + 1) }.tensor }
    let error = try #require(throws: LinearAlgebraError.self) {
      try LinearAlgebra.solve(hilbert(10), rightHandSide: Tensor([Float](repeating: 1, count: 10), shape: [10]))
    }
    guard case .singularToWorkingPrecision(let reciprocal) = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(reciprocal < Float.ulpOfOne / 2)
    let solution = try LinearAlgebra.solve(
      hilbert(4), rightHandSide: Tensor([Float](repeating: 1, count: 4), shape: [4]))
    // The exact solution is (-4, 60, -180, 140).
    for (found, expected) in zip(solution.scalars, [-4, 60, -180, 140] as [Float]) {
      #expect(abs(found - expected) <= 1.6e4 * .ulpOfOne * 240)
    }
  }

  @Test func anOverflowIsAnErrorAndNotAnInfinity() throws {
    let error = try #require(throws: LinearAlgebraError.self) {
      try LinearAlgebra.choleskySolve(
        factor: Tensor([1e-18], shape: [1, 1]), rightHandSide: Tensor([1e10], shape: [1]))
    }
    #expect(error.reason == .overflow)
  }

  @Test func aRightHandSideThatDoesNotFitIsRefused() throws {
    let matrix = DoubleMatrix.identity(2).tensor
    for shape in [[3], [], [3, 2], [2, 1, 1]] {
      let count = shape.reduce(1, *)
      let error = try #require(throws: LinearAlgebraError.self) {
        try LinearAlgebra.solve(matrix, rightHandSide: Tensor([Float](repeating: 1, count: count), shape: shape))
      }
      #expect(
        error.description
          == "solve: found shape \(shape), expected [2] or [2, columns] for the right-hand side")
    }
  }
}
