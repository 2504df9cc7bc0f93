import EBMCore
import Initializers
import Networks
import Tensors
import Testing

@Suite struct LearnedGaussianTests {
  /// Points twice as far, at any level.
  struct Doubling: Network {
    static let name = "doubling"
    static let summary = "Twice the point."
    func function(over space: SampleSpace, in scope: ParameterScope) -> any NetworkFunction { Function() }
    struct Function: NetworkFunction {
      func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor { 2 * x }
    }
  }

  /// y = g(x) + deviation · ε with the deviation of each row; the loss is the mean of ‖end − y‖².
  @Test func proposesAroundTheNetwork() throws {
    let (rows, space) = (60_000, SampleSpace(shape: [2]))
    let function = try LearnedGaussian {
      $0.network = Doubling()
    }.function(over: space, chains: rows, in: ParameterScope())
    let program = CompiledFunction { inputs, context in
      let isWide = context.random.uniform([rows]) .< 0.5
      let level = Condition.Level(index: Tensor(0).broadcast(to: [rows]), logSNR: Tensor([0]))
      let request = StartRequest(
        count: rows, space: space,
        noisy: .init(
          position: inputs[0].broadcast(to: [rows, 2]), level: level,
          deviation: Tensor.select(isWide, Tensor(2), Tensor(0.5))))
      let step = function.step(request, &context) { $0 + Tensor([3, -4]) }
      return [step.start, isWide, step.loss ?? Tensor(.nan)]
    }
    let results = program([Tensor([1, -3], shape: [1, 2])], key: RandomKey(seed: 2))
    #expect(abs(results[2].scalar - 25) < 1e-4)
    let (starts, wide) = (results[0].scalars, results[1].scalars)
    for (isWide, deviation) in [(Float(1), 2.0), (0, 0.5)] {
      let chosen = wide.indices.filter { wide[$0] == isWide }
      for (axis, mean) in [2.0, -6].enumerated() {
        let scaled = chosen.map { (Double(starts[2 * $0 + axis]) - mean) / deviation }
        let count = Double(scaled.count)
        #expect(abs(scaled.reduce(0, +) / count) < 4 / count.squareRoot())
        let square = scaled.reduce(0) { $0 + $1 * $1 } / count
        #expect(abs(square - 1) < 4 * (2 / count).squareRoot())
      }
    }
  }

  /// The regression moves g towards where the chains went, and nothing flows into their ends.
  @Test func learnsFromTheEndsAlone() throws {
    let space = SampleSpace(shape: [2])
    let function = try LearnedGaussian {
      $0.network = Doubling(); $0.isRandom = false
    }.function(over: space, chains: 1, in: ParameterScope())
    let program = CompiledFunction { inputs, context in
      let zero = Tensor(0).broadcast(to: [1])
      let request = StartRequest(
        count: 1, space: space,
        noisy: .init(position: inputs[0], level: .init(index: zero, logSNR: Tensor([0])), deviation: zero))
      let loss = function.step(request, &context) { _ in inputs[1] * inputs[1] }.loss
      return gradient(of: loss ?? Tensor(.nan), withRespectTo: inputs)
    }
    // (9, 1) − 2 (1, 2) = (7, −3), twice, through g = 2 x.
    let gradients = program([Tensor([1, 2], shape: [1, 2]), Tensor([3, 1], shape: [1, 2])])
    #expect(gradients[0].scalars == [-28, 12])
    #expect(gradients[1].scalars == [0, 0])
  }
}
