import ReferenceEvaluator
import TensorGraph
import Testing

@Suite("Engine: random graphs")
struct EngineRandomGraphTests {
  private func inputs(_ graph: RandomGraph) -> [(Placeholder, [Float])] {
    graph.inputs.map { ($0.placeholder, $0.scalars.map { Float($0) }) }
  }

  @Test("200 graphs of 30 steps agree with the reference", arguments: UInt64(0)..<200)
  func values(_ seed: UInt64) throws {
    let graph = RandomGraph(seed: seed)
    let inputs = inputs(graph)
    let found = try engineValues(of: graph.results, inputs: inputs, key: RandomGraph.key, threads: 1 + Int(seed % 3))
    expectAgreement(
      found, of: graph.results, inputs: inputs, key: RandomGraph.key, .rounding, "seed \(seed) \(graph.trace)")
  }

  @Test("gradients of 100 graphs of 12 steps agree with the reference", arguments: UInt64(0)..<100)
  func gradients(_ seed: UInt64) throws {
    let graph = RandomGraph(seed: 1000 + seed, nodes: 12)
    let inputs = inputs(graph)
    let scalar = graph.results.map { ($0 * 0.3).sin().sum() }.reduce(Tensor(constant: 0), +)
    let results = gradient(of: scalar, withRespectTo: inputs.map(\.0.tensor)) + [scalar]
    let found = try engineValues(of: results, inputs: inputs, key: RandomGraph.key, threads: 2)
    expectAgreement(found, of: results, inputs: inputs, key: RandomGraph.key, .rounding, "seed \(seed) \(graph.trace)")
  }

  @Test("one graph gives the same bits when it is compiled and run again")
  func repeated() throws {
    let graph = RandomGraph(seed: 77)
    let runs = try (0..<3).map { _ in
      try engineValues(of: graph.results, inputs: inputs(graph), key: RandomGraph.key, threads: 2)
    }
    #expect(Set(runs.map { $0.map { $0.map(\.bitPattern) } }).count == 1)
  }
}
