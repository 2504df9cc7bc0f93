import Foundation
import Tensors
import Testing

@Suite struct SpectrumTests {
  /// LAPACK's eigenvalues and vectors are those of a matrix within p(n) u ‖a‖ of a, and the vectors orthogonal within
  /// p(n) u, p a modest function (LAPACK Users' Guide, section 4.7); p(n) = n is what is tested here.
  @Test(arguments: [1, 2, 3, 20, 90])
  func eigenvectorsDiagonaliseTheMatrix(_ size: Int) throws {
    let general = DoubleMatrix.random(size, size, seed: 7)
    let matrix = DoubleMatrix(
      DoubleMatrix(rows: size, columns: size) { general[max($0, $1), min($0, $1)] }.tensor)
    let (values, vectors) = try LinearAlgebra.symmetricEigen(matrix.tensor)
    #expect(values.shape == [size])
    #expect(vectors.shape == [size, size])
    #expect(values.scalars == values.scalars.sorted())
    let v = DoubleMatrix(vectors)
    let bound = max(Double(size), 4) * epsilon
    #expect((matrix * v - v * .diagonal(values.scalars)).largest <= bound * matrix.norm)
    #expect((v.transposed * v - .identity(size)).largest <= bound)
  }

  /// The second difference of n points has the eigenvalues 2 − 2 cos(kπ / (n + 1)), k = 1 … n, all below 4.
  @Test(arguments: [1, 5, 50])
  func theEigenvaluesOfTheSecondDifferenceAreKnown(_ size: Int) throws {
    let matrix = DoubleMatrix(rows: size, columns: size) { $0 == $1 ? 2 : abs($0 - $1) == 1 ? -1 : 0 }
    let values = try LinearAlgebra.symmetricEigen(matrix.tensor).values.scalars
    for (index, found) in values.enumerated() {
      let expected = 2 - 2 * cos(Double(index + 1) * .pi / Double(size + 1))
      #expect(abs(Double(found) - expected) <= max(Double(size), 4) * epsilon * 4)
    }
  }

  @Test(arguments: [(1, 1), (3, 3), (40, 7), (7, 40), (60, 60), (1, 9), (9, 1)])
  func theDecompositionMultipliesToTheMatrix(_ rows: Int, _ columns: Int) throws {
    let matrix = DoubleMatrix.random(rows, columns, seed: 8)
    let (left, values, right) = try LinearAlgebra.singularValueDecomposition(matrix.tensor)
    let rank = min(rows, columns)
    #expect(left.shape == [rows, rank])
    #expect(values.shape == [rank])
    #expect(right.shape == [rank, columns])
    #expect(values.scalars == values.scalars.sorted(by: >))
    #expect(values.scalars.allSatisfy { $0 >= 0 })
    let (u, v) = (DoubleMatrix(left), DoubleMatrix(right))
    let bound = Double(max(rows, columns, 4)) * epsilon
    #expect((u * .diagonal(values.scalars) * v - matrix).largest <= bound * matrix.norm)
    #expect((u.transposed * u - .identity(rank)).largest <= bound)
    #expect((v * v.transposed - .identity(rank)).largest <= bound)
    let alone = try LinearAlgebra.singularValues(matrix.tensor)
    #expect(alone.shape == [rank])
    for (found, expected) in zip(alone.scalars, values.scalars) {
      #expect(abs(Double(found) - Double(expected)) <= 2 * bound * matrix.norm)
    }
  }

  @Test func knownSingularValuesAreFound() throws {
    // Two orthogonal columns of lengths 5 and 13, so those are the values.
    let values = try LinearAlgebra.singularValues(Tensor([3, 0, 0, 5, 4, 0, 0, 12], shape: [4, 2])).scalars
    #expect(abs(values[0] - 13) <= 4 * .ulpOfOne * 13)
    #expect(abs(values[1] - 5) <= 4 * .ulpOfOne * 13)
  }

  @Test func aMatrixOfRankOneHasOneValue() throws {
    let matrix = DoubleMatrix(rows: 6, columns: 4) { Double(($0 + 1) * ($1 + 1)) }
    let values = try LinearAlgebra.singularValues(matrix.tensor).scalars
    // Σ(i²) is 91 over the rows and 30 over the columns.
    #expect(abs(Double(values[0]) - (91.0 * 30).squareRoot()) <= 6 * epsilon * matrix.norm)
    for value in values.dropFirst() { #expect(Double(value) <= 6 * epsilon * matrix.norm) }
  }
}
