import ReferenceEvaluator
import TensorGraph
import Testing

@Suite("Derivatives of elementwise operations")
struct ElementwiseDerivativeTests {
  /// Each function, with where it is drawn from.
  static let unaryFunctions: [(name: String, range: ClosedRange<Double>, function: @Sendable (Tensor) -> Tensor)] = [
    ("negate", -2...2, { -$0 }), ("absolute", -2...2, { $0.absolute() }), ("sign", -2...2, { $0.sign() }),
    ("floor", -2...2, { $0.floor() }), ("square", -2...2, { $0.squared() }),
    ("reciprocal", 0.5...2, { $0.reciprocal() }), ("reciprocal below 0", -2 ... -0.5, { $0.reciprocal() }),
    ("squareRoot", 0.5...3, { $0.squareRoot() }), ("reciprocalSquareRoot", 0.5...3, { $0.reciprocalSquareRoot() }),
    ("exp", -2...2, { $0.exp() }), ("expMinusOne", -2...2, { $0.expMinusOne() }), ("log", 0.5...3, { $0.log() }),
    ("logOnePlus", -0.5...3, { $0.logOnePlus() }), ("sin", -4...4, { $0.sin() }), ("cos", -4...4, { $0.cos() }),
    ("tan", -1...1, { $0.tan() }), ("atan", -3...3, { $0.atan() }), ("tanh", -3...3, { $0.tanh() }),
    ("sigmoid", -4...4, { $0.sigmoid() }), ("softplus", -4...4, { $0.softplus() }),
  ]

  static let unaryCases = unaryFunctions.flatMap { name, range, function in
    [[], [0], [1], [3], [2, 1, 3]].map { DerivativeCase(name, [$0], in: range) { [function($0[0])] } }
  }

  @Test("unary", arguments: unaryCases)
  func unary(_ test: DerivativeCase) { expectDerivatives(of: test) }

  @Test("every unary operation has a case")
  func unaryIsComplete() {
    let names = Set(Self.unaryFunctions.map(\.name))
    #expect(UnaryOperation.allCases.allSatisfy { names.contains($0.rawValue) })
  }

  static let binaryFunctions:
    [(name: String, ranges: [ClosedRange<Double>], function: @Sendable (Tensor, Tensor) -> Tensor)] = [
      ("add", [-2...2], { $0 + $1 }), ("subtract", [-2...2], { $0 - $1 }), ("multiply", [-2...2], { $0 * $1 }),
      ("divide", [-2...2, 0.5...2], { $0 / $1 }), ("power", [0.5...2, -2...2], { $0.raised(to: $1) }),
      ("minimum", [-2...2], { Tensor.minimum($0, $1) }), ("maximum", [-2...2], { Tensor.maximum($0, $1) }),
      ("less", [-2...2], { $0 .< $1 }), ("lessOrEqual", [-2...2], { $0 .<= $1 }), ("equal", [-2...2], { $0 .== $1 }),
      ("sigmoidSlope", [-4...4], { slope(at: $0 + $1) { $0.sigmoid() } }),
      ("tanhSlope", [-2...2], { slope(at: $0 + $1) { $0.tanh() } }),
    ]

  /// The derivative of a function of one number, elementwise.
  private static func slope(at x: Tensor, of function: (Tensor) -> Tensor) -> Tensor {
    pullback(of: [function(x)], along: [Tensor(constant: 1).broadcast(to: x.shape)], withRespectTo: [x])[0]
  }

  /// Equal shapes, a scalar, a row, a column, both repeated, new leading axes, sizes 1 and 0.
  static let pairs: [[[Int]]] = [
    [[], []], [[3], []], [[], [2]], [[2, 3], [3]], [[2, 3], [2, 1]], [[2, 1, 3], [4, 1]], [[3], [2, 2, 3]],
    [[2, 3], [2, 3]], [[1, 1], [2]], [[0, 3], [1, 3]], [[1], [0]], [[2, 0], []],
  ]

  static let binaryCases = binaryFunctions.flatMap { name, ranges, function in
    pairs.map { shapes in
      let second = ranges.count > 1 ? ranges[1] : ranges[0]
      return DerivativeCase(name, shapes, in: ranges[0], second) { [function($0[0], $0[1])] }
    }
  }

  @Test("binary", arguments: binaryCases)
  func binary(_ test: DerivativeCase) { expectDerivatives(of: test) }

  @Test("every binary operation has a case")
  func binaryIsComplete() {
    #expect(Set(Self.binaryFunctions.map(\.name)) == Set(BinaryOperation.allCases.map(\.rawValue)))
  }

  @Test("an operand used twice collects both shares", arguments: [[], [3], [2, 2]])
  func shared(_ shape: [Int]) {
    expectDerivatives(
      of: DerivativeCase("x·x/(1+x²)^x", [shape]) { x in
        [x[0] * x[0] / (1 + x[0] * x[0]).raised(to: x[0])]
      })
  }

  @Test("a negative base at integer exponents", arguments: [Float(2), 3, -1, -2, 1])
  func negativeBase(_ exponent: Float) {
    expectDerivatives(of: DerivativeCase("power \(exponent)", [[4]], in: -2 ... -0.5) { [$0[0].raised(to: exponent)] })
  }

  static let selectCases = [
    [[3], [3], [3]], [[2, 1], [3], [2, 3]], [[], [2], []], [[2], [], []], [[0], [1], [1]],
  ].map {
    DerivativeCase("select", $0) { [Tensor.select($0[0] .> 0.1, $0[1].squared(), $0[2].sin())] }
  }

  @Test("select", arguments: selectCases)
  func select(_ test: DerivativeCase) { expectDerivatives(of: test) }

  @Test("clamped, inside and outside", arguments: [[], [0], [7], [2, 3]])
  func clamped(_ shape: [Int]) {
    expectDerivatives(of: DerivativeCase("clamped", [shape], in: -2...2) { [$0[0].clamped(to: -0.7...0.9).squared()] })
  }
}
