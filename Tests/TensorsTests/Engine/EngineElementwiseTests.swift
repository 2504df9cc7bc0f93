import ReferenceEvaluator
import TensorGraph
import Testing

@Suite("Engine: elementwise operations")
struct EngineElementwiseTests {
  static let functions: [(name: String, range: ClosedRange<Double>, function: @Sendable (Tensor) -> Tensor)] = [
    ("negate", -9...9, { -$0 }), ("absolute", -9...9, { $0.absolute() }), ("sign", -9...9, { $0.sign() }),
    ("floor", -9...9, { $0.floor() }), ("square", -9...9, { $0.squared() }),
    ("reciprocal", 0.01...9, { $0.reciprocal() }),
    ("squareRoot", 0.001...90, { $0.squareRoot() }),
    ("reciprocalSquareRoot", 0.001...90, { $0.reciprocalSquareRoot() }),
    ("exp", -20...20, { $0.exp() }), ("expMinusOne", -9...9, { $0.expMinusOne() }), ("log", 0.001...90, { $0.log() }),
    ("logOnePlus", -0.9...90, { $0.logOnePlus() }), ("sin", -30...30, { $0.sin() }), ("cos", -30...30, { $0.cos() }),
    ("tan", -1.4...1.4, { $0.tan() }), ("atan", -90...90, { $0.atan() }), ("tanh", -12...12, { $0.tanh() }),
    ("sigmoid", -30...30, { $0.sigmoid() }), ("softplus", -30...30, { $0.softplus() }),
  ]

  /// Sizes around the strips of 1,024 and the widths of vectors; no elements; all ranks.
  static let shapes: [[Int]] = [
    [], [0], [1], [7], [17], [1023], [1024], [1025], [3, 5], [4, 0, 2], [2, 3, 1, 5], [2, 1, 3, 2, 1, 3], [3, 1000],
  ]

  static let unaryCases = functions.flatMap { name, range, function in
    shapes.map { EngineCase(name, [$0], in: range) { [function($0[0])] } }
  }

  /// One function of exact inputs: a few units in the last place, so 10⁻⁶ of the result; where the result passes
  /// through 0 (sin, cos at 30), 10⁻⁶ of the function's size.
  @Test("unary", arguments: unaryCases)
  func unary(_ test: EngineCase) throws { try expectEngine(test, .within(relative: 1e-6, absolute: 1e-6)) }

  @Test("unary with gradients", arguments: unaryCases)
  func unaryGradients(_ test: EngineCase) throws { try expectEngine(test.withGradient) }

  @Test("eˣ − 1 and ln(1 + x) keep their digits near 0")
  func cancellation() throws {
    for scale in [1e-3, 1e-6, 1e-12] {
      try expectEngine(
        EngineCase("near 0", [[100]], in: -scale...scale) {
          [$0[0].expMinusOne(), $0[0].logOnePlus(), $0[0].tanh(), $0[0].sin(), $0[0].atan(), $0[0].tan()]
        }, .within(relative: 2e-6, absolute: 0))
    }
  }

  static let pairs: [[[Int]]] = [
    [[], []], [[7], [7]], [[7], []], [[], [7]], [[7], [1]], [[1], [0]], [[0, 3], [3]], [[1025], [1025]], [[1025], []],
    [[3, 5], [5]], [[3, 5], [3, 1]], [[3, 1], [1, 5]], [[3, 700], [700]], [[3, 700], [3, 1]], [[1500, 1], [1, 2]],
    [[2, 1, 3], [4, 1]], [[2, 3, 4, 5], [3, 1, 5]], [[2, 3, 4, 5], [1, 3, 4, 1]],
    [[2, 1, 2, 1, 2, 3], [3, 1, 2, 1, 1]],
    [[2, 3, 2, 2, 1, 3], [2, 3, 2, 2, 2, 3]], [[200, 1, 3], [1, 5, 1]], [[1, 1, 1, 1, 1, 1], [5]],
  ]

  static let operations:
    [(name: String, ranges: [ClosedRange<Double>], function: @Sendable (Tensor, Tensor) -> Tensor)] = [
      ("add", [-9...9], { $0 + $1 }), ("subtract", [-9...9], { $0 - $1 }), ("multiply", [-9...9], { $0 * $1 }),
      ("divide", [-9...9, 0.1...9], { $0 / $1 }), ("power", [0.1...5, -3...3], { $0.raised(to: $1) }),
      ("minimum", [-9...9], { Tensor.minimum($0, $1) }), ("maximum", [-9...9], { Tensor.maximum($0, $1) }),
      ("less", [-9...9], { $0 .< $1 }), ("lessOrEqual", [-9...9], { $0 .<= $1 }),
      ("equal", [-2...2], { ($0.floor() .== $1.floor()) * $1 }),
    ]

  static let binaryCases = operations.flatMap { name, ranges, function in
    pairs.map { shapes in
      EngineCase(name, shapes, in: ranges[0], ranges[ranges.count - 1]) { [function($0[0], $0[1])] }
    }
  }

  /// Arithmetic is rounded once; a power is as good as ln and exp are: 10⁻⁵ of the result.
  @Test("binary", arguments: binaryCases)
  func binary(_ test: EngineCase) throws {
    try expectEngine(test, .within(relative: test.name == "power" ? 1e-5 : 1e-6, absolute: 0))
  }

  @Test("binary with gradients", arguments: binaryCases)
  func binaryGradients(_ test: EngineCase) throws { try expectEngine(test.withGradient) }

  @Test("powers of negative bases at integers")
  func negativeBase() throws {
    for exponent in [Float(-3), -2, -1, 0, 1, 2, 3] {
      try expectEngine(
        EngineCase("power \(exponent)", [[33]], in: -3 ... -0.3) { [$0[0].raised(to: exponent)] },
        .within(relative: 1e-5, absolute: 0))
    }
  }

  static let selectCases = [
    [[7], [7], [7]], [[], [3, 5], [5]], [[3, 1], [5], []], [[0], [1], []], [[1030], [], [1030]],
    [[2, 1, 4], [3, 1], [1]],
  ].map { EngineCase("select", $0) { [Tensor.select($0[0] .> 0, $0[1], $0[2]), $0[0].clamped(to: -0.5...1)] } }

  @Test("select and clamped", arguments: selectCases)
  func select(_ test: EngineCase) throws {
    try expectEngine(test, .exact)
    try expectEngine(test.withGradient)
  }

  @Test("a long chain of elementwise work, more than a strip program's registers")
  func longChain() throws {
    try expectEngine(
      EngineCase("chain", [[1100], [1100], [], [1]], in: -1...1) { x in
        var terms = [x[0], x[1], x[2], x[3]]
        for number in 0..<120 { terms.append((terms[number] * 0.6 + terms[number + 2] * terms[number + 3]).sin()) }
        // All terms are alive until the end.
        return [terms.reversed().reduce(Tensor(constant: 0)) { $0 * 0.5 + $1 }]
      })
  }

  @Test("documented values at 0, at infinity and of NaN")
  func specialValues() throws {
    let scalars: [Float] = [-.infinity, -100, -1, -0.0, 0, 1, 100, .infinity, .nan]
    let (x, zero) = (Placeholder("x", shape: [9]), Tensor(constant: 0))
    let results = [
      x.tensor.absolute(), x.tensor.squareRoot(), x.tensor.log(), x.tensor.exp(), x.tensor.reciprocal(),
      x.tensor.tanh(), x.tensor.sigmoid(), x.tensor.softplus(), x.tensor.atan(),
      x.tensor .< 0, x.tensor .<= 0, x.tensor .== x.tensor, x.tensor .> 0, x.tensor .>= 0,
      Tensor.minimum(x.tensor, zero), Tensor.maximum(zero, x.tensor), Tensor.maximum(x.tensor, zero),
      Tensor.select(x.tensor .> 0, x.tensor.log(), zero), Tensor.select(x.tensor .== x.tensor, zero, x.tensor),
      x.tensor.maximum(), x.tensor.sum(),
    ]
    let found = try engineValues(of: results, inputs: [(x, scalars)], key: (0, 0), threads: 1)
    expectAgreement(
      found, of: results, inputs: [(x, scalars)], key: (0, 0), .within(relative: 1e-6, absolute: 1e-37),
      "special values")
  }
}
