import Networks
import Tensors
import Testing

@Suite struct ParameterScopeTests {
  private static let normal = Initialization.normal(standardDeviation: 1)

  @Test func recordsNamesInOrder() {
    let scope = ParameterScope()
    _ = scope["b"]["0"].parameter("weight", shape: [2], Self.normal)
    _ = scope["a"].parameter("vector", shape: [3], kind: .buffer, .unitVector)
    _ = scope["b"].parameter("weight", shape: [], .constant(1))
    _ = scope["bb"].parameter("weight", shape: [1], .constant(1))
    #expect(scope.parameters.map(\.name) == ["b.0.weight", "a.vector", "b.weight", "bb.weight"])
    #expect(scope["b"].parameters.map(\.name) == ["b.0.weight", "b.weight"])
    #expect(scope["a"].parameters.map(\.kind) == [.buffer])
  }

  /// A parameter's first value depends on the seed and its name alone, not on what else there is.
  @Test func firstValuesDependOnSeedAndName() throws {
    func values(_ names: [String], seed: UInt64) throws -> [String: [Float]] {
      let scope = ParameterScope()
      for name in names { _ = scope.parameter(name, shape: [8], Self.normal) }
      let store = scope.initialValues(seed: seed)
      return try Dictionary(uniqueKeysWithValues: scope.parameters.map { ($0.name, try #require(store[$0])) })
    }
    let (first, second) = (try values(["a", "b"], seed: 1), try values(["c", "b", "a"], seed: 1))
    #expect(first["a"] == second["a"] && first["b"] == second["b"])
    #expect(Set(second.values).count == 3)
    #expect(try values(["a"], seed: 2)["a"] != first["a"])
  }

  @Test func unitVectorsAreUnitVectors() throws {
    let scope = ParameterScope()
    let vector = scope.parameter("vector", shape: [9], kind: .buffer, .unitVector)
    let value = try #require(scope.initialValues(seed: 3)[vector])
    let square = value.reduce(0) { $0 + $1 * $1 }
    #expect(abs(square - 1) < 1e-6)
  }

  @Test func twoOfOneNameStopTheProgram() async {
    await #expect(processExitsWith: .failure) {
      let scope = ParameterScope()
      for _ in 0..<2 { _ = scope["a"].parameter("weight", shape: [1], .constant(0)) }
    }
  }
}
