import EBMCore
import Initializers
import Networks
import Tensors
import Testing

@Suite struct GaussianNoiseTests {
  @Test(arguments: [0.25, 1, 3] as [Float])
  func hasItsDeviation(_ deviation: Float) {
    let space = SampleSpace(shape: [2, 3])
    let scope = ParameterScope()
    let noise = GaussianNoise { $0.deviation = deviation }.function(over: space, chains: 1, in: scope)
    #expect(scope.parameters.isEmpty)
    let function = CompiledFunction { _, context in [noise.starts(StartRequest(count: 20_000, space: space), &context)]
    }
    let found = function([], key: RandomKey(seed: 1))[0]
    #expect(found.shape == [20_000, 2, 3])
    let scaled = found.scalars.map { Double($0 / deviation) }
    let count = Double(scaled.count)
    func moment(_ power: Int) -> Double {
      scaled.reduce(0.0) { sum, x in sum + (0..<power).reduce(1.0) { product, _ in product * x } } / count
    }
    // Moments 0, 1, 3 with variances 1, 2 and 105 − 9.
    #expect(abs(moment(1)) < 4 * (1 / count).squareRoot())
    #expect(abs(moment(2) - 1) < 4 * (2 / count).squareRoot())
    #expect(abs(moment(4) - 3) < 4 * (96 / count).squareRoot())
  }
}
