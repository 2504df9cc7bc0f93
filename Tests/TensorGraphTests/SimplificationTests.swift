import ReferenceEvaluator
import TensorGraph
import Testing

/// A simplified graph gives what the graph gives.
@Suite("Simplification")
struct SimplificationTests {
  private func simplified(_ results: [Tensor]) -> [Tensor] {
    Simplification.simplify(results.map(\.node)).map(Tensor.init)
  }

  /// Rewrites are exact but for sums of a repeated value: 10⁻⁶ of the array's size, since folded constants are Floats.
  private func expectSame(
    _ results: [Tensor], _ placeholders: [Placeholder: [Double]], key: (UInt32, UInt32) = (0, 0), _ label: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let rewritten = simplified(results)
    #expect(rewritten.map(\.shape) == results.map(\.shape), "\(label)", sourceLocation: sourceLocation)
    let evaluator = ReferenceEvaluator(key: key)
    let expected = evaluator.values(of: results, placeholders: placeholders)
    for (found, expected) in zip(evaluator.values(of: rewritten, placeholders: placeholders), expected) {
      let size = expected.filter(\.isFinite).map(abs).max() ?? 0
      expectClose(found, expected, absolute: 1e-6 * size, matchingNaN: true, label, sourceLocation: sourceLocation)
    }
  }

  @Test("random graphs and their gradients", arguments: UInt64(500)..<600)
  func randomGraphs(_ seed: UInt64) {
    let graph = RandomGraph(seed: seed, nodes: 15)
    let scalar = graph.results.map { ($0 * 0.3).sin().sum() }.reduce(Tensor(constant: 0), +)
    let gradients = gradient(of: scalar, withRespectTo: graph.inputs.map(\.placeholder.tensor))
    expectSame(
      graph.results + gradients, Dictionary(uniqueKeysWithValues: graph.inputs.map { ($0.placeholder, $0.scalars) }),
      key: RandomGraph.key, "seed \(seed) \(graph.trace)")
  }

  @Test("identities hold at NaN, infinity and 0, and keep shapes")
  func identities() {
    let (x, row) = (Placeholder("x", shape: [6]), Placeholder("row", shape: [1]))
    let (a, b) = (x.tensor, row.tensor)
    let wide = Tensor(constant: 1).broadcast(to: [4, 6])
    let results = [
      a + 0, 0 + a, a - 0, a * 1, 1 * a, a / 1, a.raised(to: 1), a.raised(to: 2), a * a, -(-a), a - -a, a + -a, -a + a,
      a * -1, a * 0, 0 - a, 0 / a, a.raised(to: 0), a * wide, a + 0 * wide, b * wide, (a * 3) * 2, (a * 3) * 0.5,
      4 * (3 * b) * a,
      a - a, a / a, Tensor.select(Tensor(constant: 1), a, b), Tensor.select(Tensor(constant: 0), a, b),
      Tensor.select(Tensor(constant: .nan), b, a), wide.sum(alongAxes: 0), wide.maximum(alongAxes: 1),
      a.reshaped([2, 3]).reshaped([6]),
      a.broadcast(to: [2, 6]).broadcast(to: [3, 2, 6]), b.reshaped([1, 1, 1]).sum(alongAxes: 0),
      b.maximum(alongAxes: 0),
    ]
    expectSame(results, [x: [.nan, .infinity, -.infinity, 0, -2, 0.5], row: [3]], "identities")
  }

  @Test("transposes, products and empty sums")
  func structure() {
    let (x, y) = (Placeholder("x", shape: [2, 3]), Placeholder("y", shape: [4, 3]))
    let cube = Placeholder("cube", shape: [2, 3, 2])
    let (a, b, c) = (x.tensor, y.tensor, cube.tensor)
    let infinite = Tensor(constant: .infinity)
    let results = [
      a.transposed().transposed(), a.matmul(b.transposed()), a.transposed().matmul(b.transposed(), transposeLeft: true),
      b.transposed().matmul(a.transposed(), transposeLeft: true, transposeRight: false),
      c.transposed([2, 0, 1]).transposed([1, 2, 0]),
      c.transposed([1, 2, 0]).transposed([1, 2, 0]), c.transposed().matmul(c), c.matmul(c.transposed()),
      c.transposed([1, 0, 2]).matmul(c.transposed([1, 0, 2]), transposeLeft: true),
      infinite.broadcast(to: [0, 2]).sum(alongAxes: 0), Tensor(constant: 2).broadcast(to: [3, 2]).sum(),
      infinite.broadcast(to: [2]).sum(),
      Tensor(constant: 2).broadcast(to: [0]).maximum(),
    ]
    var random = SplitMix64(seed: 4)
    expectSame(
      results,
      [x: random.scalars(6, in: -1...1), y: random.scalars(12, in: -1...1), cube: random.scalars(12, in: -1...1)],
      "structure")
  }

  @Test("equal work is done once")
  func sharing() {
    let x = Placeholder("x", shape: [3])
    func branch() -> Tensor { (x.tensor.sin() * 2 + 1).exp() }
    let rewritten = simplified([branch(), branch(), branch() - branch()])
    #expect(rewritten[0].node === rewritten[1].node)
    #expect(Graph.order(rewritten.map(\.node)).filter { $0.operation == .unary(.exp) }.count == 1)
    var stream = RandomStream()
    let draws = simplified([stream.normal([2]), stream.normal([2])])
    #expect(draws[0].node !== draws[1].node)
  }

  @Test("constants are folded, in loops too")
  func folding() throws {
    let x = Placeholder("x", shape: [])
    let two = (Tensor(constant: 3) - 1).squareRoot().squared()
    let result = simplified(Tensor.iterate(2, from: [x.tensor]) { state, _ in [state[0] * two.exp().log()] })[0]
    let node = try #require(result.node.inputs.first)
    guard case .loop(let loop) = node.operation else {
      Issue.record("not a loop: \(node.operation.name)")
      return
    }
    #expect(!Graph.order(loop.results).contains { if case .unary = $0.operation { true } else { false } })
    let constant = simplified([two])[0]
    #expect(constant.isValue && constant.shape == [])
  }
}
