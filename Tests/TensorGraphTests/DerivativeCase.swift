import ReferenceEvaluator
import TensorGraph
import Testing

/// A function of tensors whose derivatives are compared with central differences.
struct DerivativeCase: Sendable, CustomTestStringConvertible {
  let name: String
  let shapes: [[Int]]
  /// Where inputs are drawn from, away from where the function is singular; one for all, or one each.
  let ranges: [ClosedRange<Double>]
  let body: @Sendable (_ inputs: [Tensor]) -> [Tensor]

  init(
    _ name: String, _ shapes: [[Int]], in ranges: ClosedRange<Double>...,
    body: @escaping @Sendable (_ inputs: [Tensor]) -> [Tensor]
  ) {
    self.name = name
    self.shapes = shapes
    self.ranges = ranges.isEmpty ? [-2...2] : ranges
    self.body = body
  }

  var testDescription: String { "\(name) \(shapes)" }
}

/// A point of a function's graph at which derivatives are taken: placeholders, their values, and directions.
private struct Point {
  let placeholders: [Placeholder]
  let scalars: [[Double]]

  init(_ name: String, _ shapes: [[Int]], _ ranges: [ClosedRange<Double>], _ random: inout SplitMix64) {
    placeholders = shapes.map { Placeholder(name, shape: $0) }
    var scalars: [[Double]] = []
    for (number, shape) in shapes.enumerated() {
      scalars.append(random.scalars(shape.elementCount, in: ranges[min(number, ranges.count - 1)]))
    }
    self.scalars = scalars
  }

  var tensors: [Tensor] { placeholders.map(\.tensor) }
  var bindings: [Placeholder: [Double]] { Dictionary(uniqueKeysWithValues: zip(placeholders, scalars)) }

  /// The bindings after a move by `step` times the directions, or along one element.
  func moved(by step: Double, along directions: [[Double]]) -> [Placeholder: [Double]] {
    let moved = zip(scalars, directions).map { x, v in zip(x, v).map { $0 + step * $1 } }
    return Dictionary(uniqueKeysWithValues: zip(placeholders, moved))
  }
}

/// Compares first and second derivatives of a case, in reverse and forward mode, with central differences.
///
/// The error of a central difference is h² f‴/6 + ε |f| / h. With h = 10⁻⁵, ε = 2⁻⁵² and, on the ranges that cases
/// use, f‴ of at most 1000 times the derivative's scale, that is 2·10⁻⁸ + 2·10⁻¹¹: the tolerance is 2·10⁻⁷ times
/// 1 + the largest derivative. Identities between derivatives hold to rounding: 10⁻¹⁰ of the terms' size.
func expectDerivatives(of test: DerivativeCase, seed: UInt64 = 1, sourceLocation: SourceLocation = #_sourceLocation) {
  var random = SplitMix64(seed: seed)
  let evaluator = ReferenceEvaluator(key: (3, 5))
  let x = Point("x", test.shapes, test.ranges, &random)
  let y = test.body(x.tensors)
  let u = Point("u", y.map(\.shape), [-1...1], &random)
  let v = Point("v", test.shapes, [-1...1], &random)
  let fixed = u.bindings.merging(v.bindings) { first, _ in first }

  func values(_ results: [Tensor], at point: [Placeholder: [Double]]) -> [[Double]] {
    evaluator.values(of: results, placeholders: point.merging(fixed) { first, _ in first })
  }
  func expect(_ found: [Double], _ expected: [Double], _ mode: String) {
    let scale = 1 + (expected.map(abs).max() ?? 0)
    expectClose(
      found, expected, absolute: 2e-7 * scale, "\(test.testDescription), \(mode)", sourceLocation: sourceLocation)
  }
  let step = 1e-5
  func difference(of results: [Tensor], along directions: [[Double]]) -> [[Double]] {
    let upper = values(results, at: x.moved(by: step, along: directions))
    let lower = values(results, at: x.moved(by: -step, along: directions))
    return zip(upper, lower).map { zip($0, $1).map { ($0 - $1) / (2 * step) } }
  }
  /// The gradient of Σ weights · results by one central difference an element.
  func differences(of results: [Tensor], weights: [[Double]]) -> [[Double]] {
    x.scalars.indices.map { input in
      x.scalars[input].indices.map { element in
        var direction = x.scalars.map { $0.map { _ in 0.0 } }
        direction[input][element] = 1
        return dot(weights, difference(of: results, along: direction))
      }
    }
  }

  let reverse = pullback(of: y, along: u.tensors, withRespectTo: x.tensors)
  let forward = jacobianVectorProduct(of: y, withRespectTo: x.tensors, along: v.tensors)
  #expect(reverse.map(\.shape) == test.shapes, "\(test.testDescription)", sourceLocation: sourceLocation)
  #expect(forward.map(\.shape) == y.map(\.shape), "\(test.testDescription)", sourceLocation: sourceLocation)
  let gradients = values(reverse, at: x.bindings)
  for (found, expected) in zip(gradients, differences(of: y, weights: u.scalars)) { expect(found, expected, "reverse") }
  let changes = values(forward, at: x.bindings)
  for (found, expected) in zip(changes, difference(of: y, along: v.scalars)) { expect(found, expected, "forward") }
  // ⟨Jᵀu, v⟩ = ⟨u, Jv⟩.
  expectEqual(
    gradients, v.scalars, changes, u.scalars, "\(test.testDescription), transpose of the Jacobian", sourceLocation)

  // Second derivatives: of ⟨Jᵀu, v⟩ in reverse mode, and of Jᵀu along v in forward mode; both are Hv.
  let product = zip(reverse, v.tensors).map { ($0 * $1).sum() }.reduce(Tensor(constant: 0), +)
  let second = values(gradient(of: product, withRespectTo: x.tensors), at: x.bindings)
  for (found, expected) in zip(second, differences(of: reverse, weights: v.scalars)) {
    expect(found, expected, "second")
  }
  let mixed = values(
    jacobianVectorProduct(of: reverse, withRespectTo: x.tensors, along: v.tensors), at: x.bindings)
  for (found, expected) in zip(mixed, second) {
    let scale = 1 + (expected.map(abs).max() ?? 0)
    expectClose(
      found, expected, absolute: 1e-10 * scale, "\(test.testDescription), forward over reverse",
      sourceLocation: sourceLocation)
  }
}

/// Σ a b over all elements of lists of arrays.
func dot(_ a: [[Double]], _ b: [[Double]]) -> Double {
  zip(a.joined(), b.joined()).reduce(0) { $0 + $1.0 * $1.1 }
}

private func expectEqual(
  _ a: [[Double]], _ b: [[Double]], _ c: [[Double]], _ d: [[Double]], _ label: String, _ location: SourceLocation
) {
  let size = zip(a.joined(), b.joined()).reduce(0) { $0 + abs($1.0 * $1.1) }
  expectClose([dot(a, b)], [dot(c, d)], absolute: 1e-10 * (1 + size), label, sourceLocation: location)
}
