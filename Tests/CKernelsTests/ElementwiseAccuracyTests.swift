import CKernels
import Foundation
import Testing

/// A function of one variable, its values in Double, and the largest error allowed in its range.
struct Function: Sendable, CustomTestStringConvertible {
  var name: String
  var opcode: ck_opcode
  var exact: @Sendable (Double) -> Double
  var range: ClosedRange<Float> = -.greatestFiniteMagnitude ... .greatestFiniteMagnitude
  var bound: Double

  var testDescription: String { name }

  /// Bounds are the table's in elementwise.c, rounded up; correctly rounded operations have 1/2.
  static let all: [Function] = [
    Function(name: "reciprocal", opcode: CK_RECIPROCAL, exact: { 1 / $0 }, bound: 0.5),
    Function(name: "sqrt", opcode: CK_SQRT, exact: { $0.squareRoot() }, bound: 0.5),
    Function(name: "rsqrt", opcode: CK_RSQRT, exact: { 1 / $0.squareRoot() }, bound: 1.5),
    Function(name: "square", opcode: CK_SQUARE, exact: { $0 * $0 }, bound: 0.5),
    Function(name: "exp", opcode: CK_EXP, exact: { exp($0) }, bound: 1.1),
    Function(name: "expm1", opcode: CK_EXPM1, exact: { expm1($0) }, bound: 1.5),
    Function(name: "log", opcode: CK_LOG, exact: { log($0) }, bound: 0.9),
    Function(name: "log1p", opcode: CK_LOG1P, exact: { log1p($0) }, bound: 1.5),
    Function(name: "sin", opcode: CK_SIN, exact: { sin($0) }, bound: 1.6),
    Function(name: "cos", opcode: CK_COS, exact: { cos($0) }, bound: 1.6),
    Function(name: "tan", opcode: CK_TAN, exact: { tan($0) }, bound: 3.6),
    Function(name: "atan", opcode: CK_ATAN, exact: { atan($0) }, bound: 1.4),
    Function(name: "tanh", opcode: CK_TANH, exact: { tanh($0) }, bound: 1.5),
    Function(
      name: "sigmoid", opcode: CK_SIGMOID, exact: { $0 >= 0 ? 1 / (1 + exp(-$0)) : exp($0) / (1 + exp($0)) },
      bound: 1.75),
    Function(
      name: "softplus", opcode: CK_SOFTPLUS, exact: { max($0, 0) + log1p(exp(-$0.magnitude)) }, bound: 1.75),
  ]
}

@Suite("Elementary functions against Double")
struct ElementwiseAccuracyTests {
  /// Every 10,007th bit pattern of both signs: all magnitudes, denormals and infinities included.
  static let patterns: [Float] = stride(from: UInt32(0), through: 0x7f80_0000, by: 10_007).flatMap {
    [Float(bitPattern: $0), Float(bitPattern: $0 | 0x8000_0000)]
  }

  @Test("all magnitudes", arguments: Function.all)
  func allMagnitudes(function: Function) {
    check(function, Self.patterns.filter(function.range.contains))
  }

  @Test("ordinary arguments, densely", arguments: Function.all)
  func ordinaryArguments(function: Function) {
    check(function, numbers(200_000, in: -12...12, seed: 3).filter(function.range.contains))
  }

  private func check(_ function: Function, _ x: [Float]) {
    let y = elementwise(function.opcode, x)
    var worst = (error: 0.0, index: 0)
    for index in x.indices {
      let error = ulps(y[index], function.exact(Double(x[index])))
      if error > worst.error { worst = (error, index) }
    }
    #expect(
      worst.error <= function.bound,
      "\(function.name)(\(x[worst.index])) = \(y[worst.index]), off by \(worst.error) ulp")
  }

  @Test("power with positive bases")
  func power() {
    let bases = numbers(100_000, in: 0...4, seed: 5) + numbers(100_000, in: 0.99...1.01, seed: 6)
    let exponents = numbers(100_000, in: -40...40, seed: 7) + numbers(100_000, in: -9000...9000, seed: 8)
    let y = elementwise(CK_POWER, bases, exponents)
    let worst = y.indices.map { ulps(y[$0], pow(Double(bases[$0]), Double(exponents[$0]))) }.max() ?? .infinity
    #expect(worst <= 0.6)
  }

  @Test("a lone element has the bits it has in a long array", arguments: Function.all)
  func tails(function: Function) {
    let x = numbers(77, in: -8...8, seed: 9) + [3e5, -7e30]
    let together = elementwise(function.opcode, x)
    #expect(identical(together, x.map { elementwise(function.opcode, [$0])[0] }))
  }

  @Test("the destination may be the operand", arguments: Function.all)
  func inPlace(function: Function) {
    let x = numbers(1500, in: -8...8, seed: 10) + [3e5, -7e30]
    var y = x
    y.withUnsafeMutableBufferPointer { buffer in
      ck_elementwise(function.opcode, buffer.baseAddress, buffer.baseAddress, nil, nil, Int64(buffer.count))
    }
    #expect(identical(y, elementwise(function.opcode, x)))
  }
}
