import Foundation
import ReferenceEvaluator
import TensorGraph
import Testing

/// Chains of nodes deeper than a thread's stack. Each runs in a process of its own, since overflow would end it.
@Suite("Deep graphs")
struct DeepGraphTests {
  static func chain(_ x: Placeholder) -> Tensor {
    var y = x.tensor
    for _ in 0..<200_000 { y = y + 1 }
    return y
  }

  @Test("a chain of 200,000 nodes is made and let go")
  func release() async {
    await #expect(processExitsWith: .success) {
      let x = Placeholder("x", shape: [])
      let y = DeepGraphTests.chain(x)
      #expect(y.shape == [])
    }
  }

  @Test("a chain of 200,000 nodes is walked, rewritten and differentiated")
  func walk() async {
    await #expect(processExitsWith: .success) {
      let x = Placeholder("x", shape: [])
      let y = DeepGraphTests.chain(x)
      let found = gradient(of: y, withRespectTo: x.tensor)
      #expect(ReferenceEvaluator().values(of: [y, found], placeholders: [x: [0.5]]) == [[200_000.5], [1]])
      let moved = Graph.substitute([y.node], placeholders: [x: (x.tensor * 2).node])
      #expect(Graph.order(moved).count > 200_000)
      // Whether letting go works is the other test's question.
      _exit(0)
    }
  }

  @Test("a loop of 50,000 iterations is written out, differentiated and let go")
  func unrolledLoop() async {
    await #expect(processExitsWith: .success) {
      let x = Placeholder("x", shape: [])
      let y = Tensor.iterate(50_000, from: [x.tensor]) { state, _ in [state[0] + 1] }[0]
      let found = gradient(of: y, withRespectTo: x.tensor)
      #expect(ReferenceEvaluator().values(of: [found], placeholders: [x: [0.5]]) == [[1]])
    }
  }
}
