import Foundation
import TensorGraph
import TensorRuntime
import Tensors
import Testing

/// Values that are folded while a graph is simplified (in Double), computed by compiled kernels, and computed at once are
/// the same: none hides a NaN, an infinity or the sign of a 0 that the others show.
@Suite("Special values: folded, compiled and at once")
struct SpecialValueTests {
  /// NaN, infinities, zeros, subnormals, the ends of the normal range, integers, halves, and both sides of where a
  /// function saturates, jumps or bends.
  static let values: [Float] = {
    let sizes: [Float] = [
      0, .leastNonzeroMagnitude, 0x1p-133, .leastNormalMagnitude, 1e-30, 0x1p-24, 0.1, 0.5, 1, Float(1).nextUp, 1.5, 2,
      2.5, 3, 4, Float(4).nextUp, 10, 17, 20, 88, 90, 104, 0x1p23, 0x1p24, 1e5, 1e10, 1e30, .greatestFiniteMagnitude,
      .infinity,
    ]
    return sizes.flatMap { [$0, -$0] } + [.nan]
  }()

  /// Largest error of a kernel in units of the last place, as its table says, and half a unit for the folded value's
  /// own rounding. A unit is that of the smallest normal number below it, where results are rounded there.
  private func tolerance(_ name: String) -> Double {
    switch name {
    case "exp": 1.6
    case "expMinusOne", "logOnePlus", "tanh", "atan", "reciprocalSquareRoot", "sin", "cos": 2.1
    case "log", "power": 1.4
    case "sigmoid", "softplus": 2.3
    case "tan": 4.1
    default: 0
    }
  }

  private func agree(_ a: Float, _ b: Float, within ulps: Double) -> Bool {
    if a.isNaN || b.isNaN { return a.isNaN && b.isNaN }
    if a.bitPattern == b.bitPattern { return true }
    if ulps == 0 || a == b { return false }
    // Rounding may take one of them to infinity at the end of the range.
    let (x, y) = (Double(min(abs(a), .greatestFiniteMagnitude)), Double(min(abs(b), .greatestFiniteMagnitude)))
    let unit = max(Double(Float(min(x, y)).ulp), 0x1p-149)
    return a.sign == b.sign && abs(x - y) <= (ulps + 1) * unit
  }

  private func check(
    _ name: String, _ arguments: [[Float]], _ function: @escaping @Sendable ([Tensor]) -> Tensor
  ) throws {
    let count = arguments[0].count
    let atOnce = function(arguments.map { Tensor($0) }).scalars
    let placeholders = arguments.map { Placeholder("x", shape: [$0.count]) }
    let compiled = try engineValues(
      of: [function(placeholders.map(\.tensor))], inputs: Array(zip(placeholders, arguments)), key: (0, 0), threads: 1
    )[0]
    for place in 0..<count {
      let scalars = arguments.map { Tensor(constant: $0[place]) }
      let node = Simplification.simplify([function(scalars).node])[0]
      let folded = try #require(Tensor(node).literal?.scalars.first, "\(name) is not folded")
      let label = "\(name) of \(arguments.map { $0[place] })"
      let isSameAtOnce = agree(compiled[place], atOnce[place], within: 0)
      #expect(isSameAtOnce, "\(label): \(compiled[place]) compiled, \(atOnce[place]) at once")
      let isSame = agree(compiled[place], folded, within: tolerance(name))
      #expect(isSame, "\(label): \(compiled[place]) compiled, \(folded) folded")
    }
  }

  @Test("unary", arguments: UnaryOperation.allCases)
  func unary(_ operation: UnaryOperation) throws {
    try check(operation.rawValue, [Self.values]) { x in
      Tensor.apply(.unary(operation), [x[0]], shape: x[0].shape)
    }
  }

  static let pairs: [[Float]] = {
    let pairs = values.flatMap { a in values.map { (a, $0) } }
    return [pairs.map(\.0), pairs.map(\.1)]
  }()

  @Test(
    "binary, all pairs", arguments: BinaryOperation.allCases.filter { $0 != .sigmoidSlope && $0 != .tanhSlope })
  func binary(_ operation: BinaryOperation) throws {
    try check(operation.rawValue, Self.pairs) { x in
      Tensor.apply(.binary(operation), [x[0], x[1]], shape: x[0].shape)
    }
  }

  @Test("expressions that are simplified give what their operations give one by one")
  func simplified() throws {
    let functions: [(String, @Sendable (Tensor) -> Tensor)] = [
      ("x + 0", { $0 + 0 }), ("0 + x", { 0 + $0 }), ("x + -0", { $0 + -0.0 }), ("x - 0", { $0 - 0 }),
      ("x · 1", { $0 * 1 }), ("x / 1", { $0 / 1 }), ("x¹", { $0.raised(to: 1) }), ("-(-x)", { -(-$0) }),
      ("x · -1", { $0 * -1 }), ("x + (-1)", { $0 + (-Tensor(constant: 1)) }), ("x · x", { $0 * $0 }),
      ("0 - x", { 0 - $0 }), ("x · 0", { $0 * 0 }), ("0 / x", { 0 / $0 }), ("x - -0", { $0 - -0.0 }),
      ("x⁰", { $0.raised(to: 0) }), ("x²", { $0.raised(to: 2) }), ("1ˣ", { Tensor(constant: 1).raised(to: $0) }),
    ]
    let x = Placeholder("x", shape: [Self.values.count])
    for (name, function) in functions {
      for (ending, end) in [("", { $0 }), (", 1/", { $0.reciprocal() })] as [(String, (Tensor) -> Tensor)] {
        let compiled = try engineValues(
          of: [end(function(x.tensor))], inputs: [(x, Self.values)], key: (0, 0), threads: 1)[0]
        let atOnce = end(function(Tensor(Self.values))).scalars
        for (place, value) in Self.values.enumerated() {
          let folded = Simplification.simplify([end(function(Tensor(constant: value))).node])[0]
          for other in [atOnce[place], Tensor(folded).literal?.scalars.first ?? 0.125] {
            let isSame = agree(compiled[place], other, within: 0)
            #expect(isSame, "\(name)\(ending) at \(value): \(compiled[place]) compiled, \(other) otherwise")
          }
        }
      }
    }
  }
}
