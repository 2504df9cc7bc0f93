import EBMCore
import Initializers
import Networks
import Tensors
import Testing

@Suite struct PersistentChainsTests {
  /// Chains go on where they ended; one that ran away starts again.
  @Test func goesOnWhereItEnded() throws {
    let (scope, space) = (ParameterScope(), SampleSpace(shape: [2]))
    let function = PersistentChains { $0.deviation = 2 }.function(over: space, chains: 3, in: scope)
    let store = scope.initialValues(seed: 4)
    let program = CompiledFunction(phase: .training) { inputs, context in
      let request = StartRequest(count: 3, space: space)
      return [function.step(request, &context) { $0 + inputs[0] }.start]
    }
    let moves: [Float] = [1, 2, .nan, 0, 5, 6]
    let first = program([Tensor(moves, shape: [3, 2])], store: store, key: RandomKey(seed: 1))[0].scalars
    let second = program([Tensor(moves, shape: [3, 2])], store: store, key: RandomKey(seed: 1, step: 1))[0].scalars
    for place in [0, 1, 4, 5] { #expect(second[place] == first[place] + moves[place]) }
    #expect(second[2].isFinite && second[3].isFinite && second[3] != first[3], "the whole row starts again")
  }

  @Test func chainsOverTwoValuesStartThere() throws {
    let (scope, space) = (ParameterScope(), SampleSpace(shape: [50], values: .spin))
    let function = PersistentChains().function(over: space, chains: 4, in: scope)
    let program = CompiledFunction(phase: .training) { _, context in
      [function.starts(StartRequest(count: 4, space: space), &context)]
    }
    #expect(Set(program([], store: scope.initialValues(seed: 1))[0].scalars) == [-1, 1])
  }
}
