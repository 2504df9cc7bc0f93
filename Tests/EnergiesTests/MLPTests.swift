import EBMCore
import Energies
import Networks
import Tensors
import Testing

@Suite struct MLPTests {
  @Test func isTheFormula() throws {
    let scope = ParameterScope()
    let function = try MLP {
      $0.widths = [2]
      $0.activation = .relu
    }.function(over: SampleSpace(shape: [2]), in: scope)
    #expect(scope.parameters.map(\.name) == ["layers.0.weight", "layers.0.bias", "head.weight", "head.bias"])
    let store = ParameterStore()
    for (parameter, value) in zip(scope.parameters, [[1, 2, -1, 1], [0, -1], [3, 10], [5]] as [[Float]]) {
      store[parameter] = value
    }
    let energy = CompiledFunction { inputs, context in [function(inputs[0], Condition(), &context)] }
    // Hidden: max(x + 2 y, 0), max(−x + y − 1, 0).
    let found = energy([Tensor([1, 1, -2, 1, 0, 0], shape: [3, 2])], store: store)[0]
    #expect(found.shape == [3])
    let expected: [Float] = [3 * 3 + 5, 10 * 2 + 5, 5]
    #expect(found.scalars == expected)
  }

  @Test func countsItsParameters() throws {
    let scope = ParameterScope()
    _ = try MLP().function(over: SampleSpace(shape: [2]), in: scope)
    let sizes = scope.parameters.map { $0.shape.reduce(1, *) }
    #expect(sizes == [256, 128, 16_384, 128, 128, 1])
  }

  /// A row's energy does not depend on the other rows, and an image is flattened.
  @Test(arguments: [[3], [2, 2, 1]])
  func rowsDoNotMix(_ shape: [Int]) throws {
    let space = SampleSpace(shape: shape)
    let scope = ParameterScope()
    let function = try MLP {
      $0.widths = [8, 8]; $0.spectralNorm = true
    }.function(over: space, in: scope)
    let store = scope.initialValues(seed: 1)
    let energy = CompiledFunction { inputs, context in [function(inputs[0], Condition(), &context)] }
    let points = (0..<(5 * space.dimension)).map { Float(($0 * 7) % 11) / 3 - 1 }
    let all = energy([Tensor(points, shape: [5] + shape)], store: store)[0].scalars
    #expect(Set(all).count == 5)
    for row in 0..<5 {
      let alone = Array(points[(row * space.dimension)..<((row + 1) * space.dimension)])
      let found = energy([Tensor(alone, shape: [1] + shape)], store: store)[0].scalars[0]
      #expect(abs(found - all[row]) <= 1e-6 * max(1, abs(all[row])), "row \(row)")
    }
  }
}
