import Foundation
import TensorGraph
import Testing

/// First and second derivatives in Floats, in reverse and forward mode, against closed forms in Double, from 10⁻³⁰ to
/// 10³⁰ and into the tails.
///
/// The bound is relative: so many units u = 2⁻²⁴ of the exact derivative. A result below the smallest normal number,
/// 2⁻¹²⁶, has that as its absolute error, and one beyond the largest is infinite.
@Suite("Derivatives into the tails")
struct TailDerivativeTests {
  /// A function of one number with closed forms of its derivatives.
  struct Curve: Sendable, CustomTestStringConvertible {
    let name: String
    let function: @Sendable (Tensor) -> Tensor
    let first: @Sendable (Double) -> Double
    let second: @Sendable (Double) -> Double
    var domain: ClosedRange<Double> = -Double.infinity ... .infinity
    /// Where second derivatives are looked at; beyond, the square of the first underflows or overflows on the way.
    var secondDomain: ClosedRange<Double> = -Double.infinity ... .infinity
    /// Units u.
    var bound = (first: 8.0, second: 16.0)
    /// What errors of the second derivative are measured against: itself, or the first where it passes through 0.
    var isSecondRelativeToFirst = false

    var testDescription: String { name }
  }

  private static func logistic(_ x: Double) -> Double { x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)) }
  private static func slope(_ x: Double) -> Double { logistic(x) * logistic(-x) }
  private static func tanhSlope(_ x: Double) -> Double { 4 * slope(2 * x) }

  static let curves: [Curve] = [
    Curve(name: "negate", function: { -$0 }, first: { _ in -1 }, second: { _ in 0 }),
    Curve(name: "absolute", function: { $0.absolute() }, first: { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }, second: { _ in 0 }),
    Curve(name: "sign", function: { $0.sign() }, first: { _ in 0 }, second: { _ in 0 }),
    Curve(name: "floor", function: { $0.floor() }, first: { _ in 0 }, second: { _ in 0 }),
    Curve(name: "square", function: { $0.squared() }, first: { 2 * $0 }, second: { _ in 2 }),
    Curve(
      name: "reciprocal", function: { $0.reciprocal() }, first: { -1 / ($0 * $0) }, second: { 2 / ($0 * $0 * $0) },
      secondDomain: 1e-12...1e18),
    Curve(
      name: "squareRoot", function: { $0.squareRoot() }, first: { 0.5 / $0.squareRoot() },
      second: { -0.25 / ($0 * $0.squareRoot()) }, domain: 0...1e30),
    Curve(
      name: "reciprocalSquareRoot", function: { $0.reciprocalSquareRoot() },
      first: { -0.5 / ($0 * $0.squareRoot()) }, second: { 0.75 / ($0 * $0 * $0.squareRoot()) }, domain: 0...1e30,
      secondDomain: 1e-15...1e15, bound: (16, 32)),
    Curve(name: "exp", function: { $0.exp() }, first: { exp($0) }, second: { exp($0) }),
    Curve(name: "expMinusOne", function: { $0.expMinusOne() }, first: { exp($0) }, second: { exp($0) }),
    Curve(name: "log", function: { $0.log() }, first: { 1 / $0 }, second: { -1 / ($0 * $0) }, domain: 0...1e30),
    Curve(
      name: "logOnePlus", function: { $0.logOnePlus() }, first: { 1 / (1 + $0) },
      second: { -1 / ((1 + $0) * (1 + $0)) }, domain: -1...1e30),
    Curve(name: "sin", function: { $0.sin() }, first: { cos($0) }, second: { -sin($0) }),
    Curve(name: "cos", function: { $0.cos() }, first: { -sin($0) }, second: { -cos($0) }),
    Curve(
      name: "tan", function: { $0.tan() }, first: { 1 + tan($0) * tan($0) },
      second: { 2 * tan($0) * (1 + tan($0) * tan($0)) }, bound: (24, 40)),
    Curve(
      name: "atan", function: { $0.atan() }, first: { 1 / (1 + $0 * $0) },
      second: { -2 * $0 / ((1 + $0 * $0) * (1 + $0 * $0)) }, secondDomain: -2e9...2e9),
    Curve(
      name: "tanh", function: { $0.tanh() }, first: tanhSlope, second: { -2 * tanh($0) * tanhSlope($0) },
      bound: (26, 40)),
    Curve(
      name: "sigmoid", function: { $0.sigmoid() }, first: slope, second: { -slope($0) * tanh($0 / 2) },
      bound: (92, 140), isSecondRelativeToFirst: true),
    Curve(name: "softplus", function: { $0.softplus() }, first: logistic, second: slope, bound: (8, 92)),
  ]

  /// Powers of ten and what lies between, of both signs; the tails of exponentials; the neighbourhood of −1 and 0.
  static let points: [Float] = {
    let sizes = (-30...30).flatMap { power in [1, 2.3, 4.7].map { Float($0 * pow(10, Double(power))) } }
    let tails = stride(from: Float(0.25), through: 110, by: 0.37)
    let edges = (1...24).map { -1 + Float(sign: .plus, exponent: -$0, significand: 1) }
    return (sizes + tails).flatMap { [$0, -$0] } + edges
  }()

  private func excess(_ found: Float, _ exact: Double, _ scale: Double, _ units: Double) -> Double {
    let rounded = Float(exact)
    if found == rounded { return 0 }
    if found.isNaN || !rounded.isFinite || !found.isFinite {
      // The end of the range may be reached on either side of it.
      let end = 0.99 * Float.greatestFiniteMagnitude
      let isEnd = abs(exact) > Double(end) && abs(found) >= end
      return isEnd ? 0 : .infinity
    }
    return abs(Double(found) - exact) / (units * 0x1p-24 * scale + 0x1p-126)
  }

  @Test("functions of one number", arguments: curves)
  func unary(_ curve: Curve) throws {
    let x = Self.points.filter { curve.domain.contains(Double($0)) && Double($0) > curve.domain.lowerBound }
    let placeholder = Placeholder("x", shape: [x.count])
    let one = Tensor(constant: 1).broadcast(to: [x.count])
    let variable = placeholder.tensor
    let y = curve.function(variable)
    let first = pullback(of: [y], along: [one], withRespectTo: [variable])[0]
    let results = [
      first, jacobianVectorProduct(of: [y], withRespectTo: [variable], along: [one])[0],
      pullback(of: [first], along: [one], withRespectTo: [variable])[0],
      jacobianVectorProduct(of: [first], withRespectTo: [variable], along: [one])[0],
    ]
    let found = try engineValues(of: results, inputs: [(placeholder, x)], key: (0, 0), threads: 1)
    for (mode, name) in ["reverse", "forward", "reverse, second", "forward, second"].enumerated() {
      let isSecond = mode >= 2
      var worst = (excess: 0.0, place: 0)
      for (place, x) in x.enumerated() where !isSecond || curve.secondDomain.contains(abs(Double(x))) {
        let exact = (isSecond ? curve.second : curve.first)(Double(x))
        let scale = isSecond && curve.isSecondRelativeToFirst ? curve.first(Double(x)) : abs(exact)
        let excess = self.excess(found[mode][place], exact, scale, isSecond ? curve.bound.second : curve.bound.first)
        if excess > worst.excess { worst = (excess, place) }
      }
      let point = x[worst.place]
      #expect(
        worst.excess <= 1,
        """
        \(curve.name), \(name): at \(point) \(found[mode][worst.place]) instead of \
        \((isSecond ? curve.second : curve.first)(Double(point))), \(worst.excess) times the bound
        """)
    }
  }

  @Test("every unary operation is among them")
  func complete() {
    #expect(Set(Self.curves.map(\.name)) == Set(UnaryOperation.allCases.map(\.rawValue)))
  }

  /// Pairs of sizes from 10⁻³⁰ to 10³⁰ whose results and derivatives are normal numbers.
  private static let sizes: [Double] = (-10...10).flatMap { [pow(10, 3 * Double($0)), 1.7 * pow(10, 3 * Double($0))] }

  /// A function of two numbers: ∂/∂a, ∂/∂b, ∂²/∂a², ∂²/∂a∂b, ∂²/∂b².
  struct Surface: Sendable, CustomTestStringConvertible {
    let name: String
    let function: @Sendable (Tensor, Tensor) -> Tensor
    let derivatives: @Sendable (Double, Double) -> [Double]
    let pairs: [(Double, Double)]
    var bound = 16.0

    var testDescription: String { name }
  }

  static let surfaces: [Surface] = [
    Surface(
      name: "multiply", function: { $0 * $1 }, derivatives: { a, b in [b, a, 0, 1, 0] },
      pairs: sizes.flatMap { a in sizes.map { (a, -$0) } }),
    Surface(
      name: "divide", function: { $0 / $1 },
      derivatives: { a, b in [1 / b, -a / (b * b), 0, -1 / (b * b), 2 * a / (b * b * b)] },
      pairs: sizes.flatMap { a in sizes.map { (-a, $0) } }),
    // b may have any fraction: what b − 1 loses to rounding must not be multiplied by ln a.
    Surface(
      name: "power", function: { $0.raised(to: $1) },
      derivatives: { a, b in
        let (y, l) = (pow(a, b), log(a))
        return [
          b * pow(a, b - 1), y * l, b * (b - 1) * pow(a, b - 2), pow(a, b - 1) * (1 + b * l), y * l * l,
        ]
      },
      pairs: sizes.flatMap { a in
        [-2.7, -1.3, -0.7, -0.1, -1e-3, 1e-3, 0.1, 0.3, 0.51, 0.9, 1.1, 1.9, 2.3, 3.7].map { (a, $0) }
      } + [0.97, 0.999, 1.001, 1.03].flatMap { a in [-900.3, -77.7, 77.7, 900.3, 1e4].map { (a, $0) } }),
  ]

  @Test("functions of two numbers", arguments: surfaces)
  func binary(_ surface: Surface) throws {
    // Exact as Floats, and with derivatives of any order up to the second well inside the range.
    let pairs = surface.pairs.map { (Double(Float($0.0)), Double(Float($0.1))) }.filter { a, b in
      (surface.derivatives(a, b) + [surface.derivatives(a, b)[1] / b]).allSatisfy {
        $0 == 0 || (abs($0) > 1e-36 && abs($0) < 1e36)
      } && abs(pow(abs(a), surface.name == "power" ? b : 0)) < 1e36
    }
    #expect(pairs.count > 20)
    let placeholders = [Placeholder("a", shape: [pairs.count]), Placeholder("b", shape: [pairs.count])]
    let (a, b) = (placeholders[0].tensor, placeholders[1].tensor)
    let one = Tensor(constant: 1).broadcast(to: [pairs.count])
    func partials(_ y: Tensor) -> [Tensor] { pullback(of: [y], along: [one], withRespectTo: [a, b]) }
    func changes(_ y: Tensor) -> [Tensor] {
      let zero = Tensor(constant: 0).broadcast(to: [pairs.count])
      return [[one, zero], [zero, one]].map {
        jacobianVectorProduct(of: [y], withRespectTo: [a, b], along: $0)[0]
      }
    }
    for (mode, derive) in [("reverse", partials), ("forward", changes)] as [(String, (Tensor) -> [Tensor])] {
      let first = derive(surface.function(a, b))
      let results = first + [derive(first[0])[0], derive(first[0])[1], derive(first[1])[1]]
      let found = try engineValues(
        of: results,
        inputs: [(placeholders[0], pairs.map { Float($0.0) }), (placeholders[1], pairs.map { Float($0.1) })],
        key: (0, 0), threads: 1)
      for (number, found) in found.enumerated() {
        for (place, (a, b)) in pairs.enumerated() {
          let exact = surface.derivatives(a, b)[number]
          // ∂²aᵇ/∂a∂b passes through 0 where b ln a = −1.
          let scale = number == 3 && surface.name == "power" ? pow(a, b - 1) * (1 + abs(b * log(a))) : abs(exact)
          let excess = self.excess(found[place], exact, scale, surface.bound)
          #expect(
            excess <= 1,
            "\(surface.name), \(mode), derivative \(number) at \(a), \(b): \(found[place]) instead of \(exact), \(excess)"
          )
        }
      }
    }
  }
}
