import CKernels
import Foundation
import Testing

/// Derivatives of saturating functions from an argument and the function's value there.
struct Slope: Sendable, CustomTestStringConvertible {
  let name: String
  let function: ck_opcode
  let slope: ck_opcode
  let exact: @Sendable (Double) -> Double
  /// Where digits of the difference from 1 are lost, and the table's bounds in elementwise.c, there and elsewhere.
  let lossy: ClosedRange<Float>
  let bounds: (lossy: Double, other: Double)

  var testDescription: String { name }

  static func logistic(_ x: Double) -> Double { x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)) }

  static let all: [Slope] = [
    Slope(
      name: "sigmoid", function: CK_SIGMOID, slope: CK_SIGMOID_SLOPE, exact: { logistic($0) * logistic(-$0) },
      lossy: 0...4, bounds: (46, 4.8)),
    Slope(
      name: "tanh", function: CK_TANH, slope: CK_TANH_SLOPE, exact: { 4 * logistic(2 * $0) * logistic(-2 * $0) },
      lossy: -2...2, bounds: (13, 3.9)),
  ]
}

@Suite("Slopes of saturating functions")
struct SlopeTests {
  private func slopes(_ slope: Slope, _ x: [Float]) -> [Float] {
    elementwise(slope.slope, x, elementwise(slope.function, x))
  }

  @Test("all magnitudes and ordinary arguments keep their relative accuracy", arguments: Slope.all)
  func accuracy(_ slope: Slope) {
    let x = ElementwiseAccuracyTests.patterns + numbers(200_000, in: -12...12, seed: 5)
    var worst = (excess: 0.0, index: 0)
    for (index, y) in slopes(slope, x).enumerated() {
      let bound = slope.lossy.contains(x[index]) ? slope.bounds.lossy : slope.bounds.other
      let excess = ulps(y, slope.exact(Double(x[index]))) / bound
      if excess > worst.excess { worst = (excess, index) }
    }
    #expect(worst.excess <= 1, "\(slope.name) at \(x[worst.index]): \(worst.excess) times the bound")
  }

  @Test("an element's bits do not depend on its neighbours, its place or the count", arguments: Slope.all)
  func neighbours(_ slope: Slope) {
    let x = numbers(1_000, in: -9...9, seed: 2)
    let together = slopes(slope, x)
    for (index, x) in x.enumerated() {
      #expect(slopes(slope, [x])[0].bitPattern == together[index].bitPattern)
    }
    for count in [1, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 65, 999] {
      #expect(identical(slopes(slope, Array(x.suffix(count))), Array(together.suffix(count))), "\(count) elements")
    }
  }

  @Test("NaN stays, infinities have slope 0", arguments: Slope.all)
  func special(_ slope: Slope) {
    let found = slopes(slope, [.nan, .infinity, -.infinity, 0, -0.0, .nan, 50])
    #expect(found[0].isNaN && found[5].isNaN && found[1] == 0 && found[2] == 0)
    #expect(found[3] == found[4] && Double(found[3]) == slope.exact(0))
  }
}
