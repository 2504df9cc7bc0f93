import Foundation
import ReferenceEvaluator
import TensorGraph
import Testing

@Suite("Loops")
struct LoopTests {
  /// The loop node that a final state is read from.
  private func loop(of result: Tensor) throws -> (loop: Loop, node: Node) {
    let node = try #require(result.node.inputs.first)
    guard case .loop(let loop) = node.operation else { throw NotALoop() }
    return (loop, node)
  }
  private struct NotALoop: Error {}

  /// Whether the body reads only its own placeholders and constants of one element.
  private func expectClosed(_ loop: Loop, sourceLocation: SourceLocation = #_sourceLocation) {
    let own = Set(loop.state + [loop.index] + loop.captures)
    for node in Graph.order(loop.results) {
      switch node.operation {
      case .placeholder(let placeholder):
        #expect(own.contains(placeholder), "\(placeholder.name)", sourceLocation: sourceLocation)
      case .parameter(let parameter):
        Issue.record("the body reads parameter \(parameter.name)", sourceLocation: sourceLocation)
      case .constant(let literal):
        #expect(literal.scalars.count == 1, sourceLocation: sourceLocation)
      case .loop(let inner):
        expectClosed(inner, sourceLocation: sourceLocation)
      default:
        break
      }
    }
  }

  @Test("runs the body so many times, with the iteration's number", arguments: [0, 1, 2, 5])
  func count(_ count: Int) {
    let x = Placeholder("x", shape: [2])
    let result = Tensor.iterate(count, from: [x.tensor, Tensor(constant: 0)]) { state, iteration in
      [2 * state[0] + iteration, state[1] + 1]
    }
    var expected = [1.0, -3]
    for iteration in 0..<count { expected = expected.map { 2 * $0 + Double(iteration) } }
    let values = ReferenceEvaluator().values(of: result, placeholders: [x: [1, -3]])
    expectClose(values[0], expected)
    expectClose(values[1], [Double(count)])
  }

  @Test("what does not depend on the state is computed outside, once")
  func captures() throws {
    let x = Placeholder("x", shape: [2])
    let weight = Parameter("weight", shape: [2])
    let table = Tensor(Literal([3, 4], evaluator: nil), shape: [2])
    let outer = weight.tensor.exp()
    let result = Tensor.iterate(3, from: [x.tensor]) { state, _ in
      let scale = (outer.sin() * 2).tanh()
      return [state[0] * scale + table + scale]
    }[0]
    let (loop, node) = try loop(of: result)
    expectClosed(loop)
    // The outermost expressions that do not vary, `scale` and the table, and nothing that they are made from.
    #expect(loop.captures.count == 2)
    let captured = node.inputs.dropFirst(loop.state.count)
    #expect(captured.map(\.operation.name).sorted() == ["constant", "tanh"])
    #expect(!Graph.order(loop.results).map(\.operation.name).contains("tanh"))
    let values = ReferenceEvaluator().values(of: [result], placeholders: [x: [1, 2]], parameters: [weight: [0, 0.5]])
    let scale = [tanh(2 * sin(1)), tanh(2 * sin(exp(0.5)))]
    var expected = [1.0, 2]
    for _ in 0..<3 { expected = [expected[0] * scale[0] + 3 + scale[0], expected[1] * scale[1] + 4 + scale[1]] }
    expectClose(values[0], expected, relative: 1e-15)
  }

  @Test("a result that does not vary, the state unchanged and the states exchanged")
  func trivialBodies() throws {
    let (x, y) = (Placeholder("x", shape: []), Placeholder("y", shape: []))
    let result = Tensor.iterate(3, from: [x.tensor, y.tensor, x.tensor, y.tensor]) { state, iteration in
      [state[1], state[0], y.tensor.exp(), iteration]
    }
    expectClosed(try loop(of: result[0]).loop)
    let values = ReferenceEvaluator().values(of: result, placeholders: [x: [3], y: [0]])
    expectClose(values.map { $0[0] }, [0.0, 3, 1, 2])
  }

  @Test("nested loops see the outer state and both iterations")
  func nested() throws {
    let (x, c) = (Placeholder("x", shape: [2]), Placeholder("c", shape: []))
    let result = Tensor.iterate(3, from: [x.tensor]) { outer, i in
      let shift = c.tensor.exp()
      return Tensor.iterate(2, from: outer) { inner, j in
        [inner[0] * 0.5 + outer[0] * 0.25 + i + 10 * j + shift]
      }
    }[0]
    expectClosed(try loop(of: result).loop)
    var expected = [1.0, -2]
    for i in 0..<3 {
      let start = expected
      for j in 0..<2 {
        expected = zip(expected, start).map { $0 * 0.5 + $1 * 0.25 + Double(i) + 10 * Double(j) + 1 }
      }
    }
    let values = ReferenceEvaluator().values(of: [result], placeholders: [x: [1, -2], c: [0]])
    expectClose(values[0], expected, relative: 1e-15)
  }

  @Test("rows that have stopped keep their state, and the loop ends when all have")
  func whileActive() {
    let x = Placeholder("x", shape: [4])
    let result = Tensor.iterate(
      atMost: 6, from: [x.tensor, x.tensor * 0], while: { $0[0] .< 8 },
      body: { state, _ in [state[0] * 2, state[1] + 1] })
    let values = ReferenceEvaluator().values(of: result, placeholders: [x: [1, 3, 9, 0.01]])
    expectClose(values[0], [8, 12, 9, 0.64], relative: 1e-6)
    expectClose(values[1], [3.0, 2, 0, 6])
  }

  @Test("a row that has stopped does not start again")
  func noRestart() {
    let x = Placeholder("x", shape: [2])
    // The first row leaves the band at once; what the body would do next would bring it back.
    let result = Tensor.iterate(
      atMost: 5, from: [x.tensor], while: { $0[0].absolute() .< 2 }, body: { state, _ in [-3 * state[0]] })[0]
    let values = ReferenceEvaluator().values(of: [result], placeholders: [x: [1, 0.5]])
    expectClose(values[0], [-3, 4.5])
  }

  @Test("a mask of rank 0 stops all; matrices change in active rows; a loop that is not entered gives its start")
  func masks() {
    let (x, scalar) = (Placeholder("x", shape: [3, 2]), Placeholder("s", shape: []))
    let rows = Tensor.iterate(
      atMost: 4, from: [x.tensor], while: { $0[0].sum(alongAxes: 1) .< 10 }, body: { state, _ in [state[0] + 1] })[0]
    let whole = Tensor.iterate(
      atMost: 9, from: [x.tensor, scalar.tensor], while: { $0[1] .< 3 },
      body: { state, _ in [state[0] + 1, state[1] + 1] })
    let none = Tensor.iterate(
      atMost: 9, from: [x.tensor], while: { $0[0].sum() .< -1 }, body: { s, _ in [s[0] + 1] })
    let values = ReferenceEvaluator().values(
      of: [rows] + whole + none, placeholders: [x: [0, 0, 3, 4, 8, 8], scalar: [1.5]])
    expectClose(values[0], [4.0, 4, 5, 6, 8, 8])
    expectClose(values[1], [2.0, 2, 5, 6, 10, 10])
    expectClose(values[2], [3.5])
    expectClose(values[3], [0.0, 0, 3, 4, 8, 8])
  }

  @Test("a limit of 0 gives the start")
  func limitZero() {
    let x = Placeholder("x", shape: [2])
    let result = Tensor.iterate(atMost: 0, from: [x.tensor], while: { $0[0] .< 1 }, body: { s, _ in [s[0] + 1] })
    #expect(result.map(\.node.identity) == [x.tensor.node.identity])
  }
}
