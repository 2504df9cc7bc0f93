import EBMCore
import Energies
import Networks
import Tensors
import Testing

@Suite struct ResidualMLPTests {
  private static let plane = SampleSpace(shape: [2])

  /// 1,217,920, of the authors' two-dimensional example.
  @Test func countsItsParameters() throws {
    let scope = ParameterScope()
    _ = try ResidualMLP().function(over: Self.plane, in: scope)
    let sizes = scope.parameters.filter { $0.kind == .weight }.map { $0.shape.reduce(1, *) }
    #expect(sizes.reduce(0, +) == 1_217_920)
  }

  /// First values, the singular vectors brought near their limits by a few uses in training.
  private func iterated(_ scope: ParameterScope, seed: UInt64, _ function: any EnergyFunction) -> ParameterStore {
    let store = scope.initialValues(seed: seed)
    let use = CompiledFunction(phase: .training) { inputs, context in [function(inputs[0], Condition(), &context)] }
    for _ in 0..<5 { _ = use([Tensor([0, 0], shape: [1, 2])], store: store) }
    return store
  }

  private func energies(
    _ settings: ResidualMLP, _ points: [Float], levels: [Float]?, table: [Float] = [3, 0, -3]
  ) throws -> [Float] {
    let scope = ParameterScope()
    let function = try settings.function(over: Self.plane, in: scope)
    let store = iterated(scope, seed: 5, function)
    let energy = CompiledFunction { inputs, context in
      var condition = Condition()
      if levels != nil { condition.level = .init(index: inputs[1], logSNR: Tensor(table)) }
      return [function(inputs[0], condition, &context)]
    }
    let rows = points.count / 2
    return energy([Tensor(points, shape: [rows, 2]), Tensor(levels ?? [])], store: store)[0].scalars
  }

  private let small = ResidualMLP {
    $0.width = 16; $0.multipliers = [1, 2]; $0.blocks = 2; $0.activation = .silu
  }

  @Test func rowsDoNotMixAndLevelsCount() throws {
    let points: [Float] = [0.3, -1, 2, 1, 0.3, -1]
    let found = try energies(small, points, levels: [0, 0, 2])
    #expect(found[0] != found[2], "the level counts")
    let alone = try energies(small, [0.3, -1], levels: [2])
    #expect(abs(alone[0] - found[2]) <= 1e-6 * max(1, abs(found[2])))
    // A level is what its log SNR says, wherever it stands in the table.
    let moved = try energies(small, [0.3, -1], levels: [0], table: [-3])
    #expect(abs(moved[0] - found[2]) <= 1e-6 * max(1, abs(found[2])))
  }

  /// Without levels, log SNR is 0.
  @Test func worksWithoutLevels() throws {
    let found = try energies(small, [0.3, -1], levels: nil)
    let expected = try energies(small, [0.3, -1], levels: [1])
    #expect(abs(found[0] - expected[0]) <= 1e-6 * max(1, abs(expected[0])))
  }

  /// ∇E against central differences; smooth, in Float, with an error of about h² + ε/h at h = 0.02.
  @Test func gradientIsThatOfTheEnergy() throws {
    let scope = ParameterScope()
    let function = try small.function(over: Self.plane, in: scope)
    let store = iterated(scope, seed: 6, function)
    let compiled = CompiledFunction { inputs, context in
      let energy = function(inputs[0], Condition(), &context)
      return [energy, gradient(of: energy.sum(), withRespectTo: inputs[0])]
    }
    let (x, y, h): (Float, Float, Float) = (0.4, -0.7, 0.02)
    let points = [x, y, x + h, y, x - h, y, x, y + h, x, y - h]
    let results = compiled([Tensor(points, shape: [5, 2])], store: store)
    let e = results[0].scalars
    let differences = [(e[1] - e[2]) / (2 * h), (e[3] - e[4]) / (2 * h)]
    let scale = results[1].scalars[0...1].map(abs).max() ?? 0
    #expect(scale > 1e-3)
    for (found, expected) in zip(results[1].scalars, differences) { #expect(abs(found - expected) < 0.01 * scale) }
  }

  @Test func misfitsAreRefused() {
    #expect(
      ResidualMLP {
        $0.width = 7
      }.conflicts() == ["width 7 is odd: the embedding has as many sines as cosines"])
    #expect(ResidualMLP { $0.width = 8 }.conflicts().isEmpty)
    #expect(!ResidualMLP().misfits(over: SampleSpace(shape: [8, 8, 1])).isEmpty)
  }
}
