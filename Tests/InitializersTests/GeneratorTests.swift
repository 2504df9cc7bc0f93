import EBMCore
import Initializers
import Networks
import Tensors
import Testing

@Suite struct GeneratorTests {
  /// Chains that end at N((3, −1), 0.5²) teach the generator that law's mean; its starts have the noise τ besides.
  @Test func learnsWhereChainsGo() throws {
    let (scope, space, rows) = (ParameterScope(), SampleSpace(shape: [2]), 256)
    let function = try Generator {
      $0.latent = 2
      $0.widths = [16]
      $0.deviation = 0.3
    }.function(over: space, chains: rows, in: scope)
    let weights = scope.parameters
    let store = scope.initialValues(seed: 1)
    let step = CompiledFunction(phase: .training) { _, context in
      let request = StartRequest(count: rows, space: space)
      // Ends that keep the chain's own noise and half of what it was, as chains do.
      let own = function.step(request, &context) { Tensor([3, -1]) + 0.5 * ($0 - Tensor([3, -1])) }
      let loss = own.loss ?? Tensor(.nan)
      for (weight, slope) in zip(weights, gradient(of: loss, withRespectTo: weights.map(\.tensor))) {
        context.assign(weight.tensor - 0.005 * slope, to: weight)
      }
      return [loss]
    }
    let losses = (0..<1_500).map { step([], store: store, key: RandomKey(seed: 2, step: UInt64($0)))[0].scalar }
    let (before, after) = (losses.prefix(5).reduce(0, +) / 5, losses.suffix(50).reduce(0, +) / 50)
    #expect(after < 0.2 * before)
    let samples = CompiledFunction { _, context in
      [function.freshStart(StartRequest(count: 20_000, space: space), &context)]
    }
    let found = samples([], store: store, key: RandomKey(seed: 3))[0].scalars
    for (axis, mean) in [Float(3), -1].enumerated() {
      let values = stride(from: axis, to: found.count, by: 2).map { found[$0] }
      let average = values.reduce(0, +) / Float(values.count)
      #expect(abs(average - mean) < 0.1)
      let variance = values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Float(values.count)
      #expect(variance > 0.08, "at least the noise, 0.09")
    }
  }
}
