import EBMCore
import Initializers
import Networks
import ReferenceEvaluator
import Tensors
import Testing

/// The ablations: what the network predicts and what it regresses.
@Suite struct LearnedGaussianVariantsTests {
  /// c, everywhere, learned.
  struct Everywhere: Network {
    static let name = "everywhere"
    static let summary = "A constant."
    func function(over space: SampleSpace, in scope: ParameterScope) -> any NetworkFunction {
      Function(constant: scope.parameter("constant", shape: [], .constant(2)))
    }
    struct Function: NetworkFunction {
      let constant: Parameter
      func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
        constant.tensor.broadcast(to: x.shape)
      }
    }
  }

  private static let position = Tensor([1, -3, 0.5, 2], shape: [2, 2])

  private static func request(recovered: Tensor? = nil) -> StartRequest {
    let posterior = StartRequest.Posterior(
      partner: Tensor([0.5, 0.25]), clean: Tensor([2, 4]), signal: Tensor([0.8, 0.5]), noise: Tensor([0.6, 0.1]))
    let level = Condition.Level(index: Tensor([0, 0]), logSNR: Tensor([0]))
    return StartRequest(
      count: 2, space: SampleSpace(shape: [2]),
      noisy: .init(
        position: position, level: level, deviation: Tensor([1, 1]), posterior: posterior, recovered: recovered))
  }

  /// The proposal's mean is m (p x_i + q x̂), x̂ = 2 or x̂ = (x_i − s̄ 2)/ā.
  @Test(arguments: [LearnedGaussian.Prediction.point, .clean, .noise])
  func proposesTheMeanOf(prediction: LearnedGaussian.Prediction) throws {
    let scope = ParameterScope()
    let function = try LearnedGaussian {
      $0.network = Everywhere(); $0.predicts = prediction; $0.isRandom = false
    }
    .function(over: SampleSpace(shape: [2]), chains: 2, in: scope)
    let program = CompiledFunction { _, context in [function.starts(Self.request(), &context)] }
    let found = program([], store: scope.initialValues(seed: 0))[0].scalars
    let expected: [Double] =
      switch prediction {
      case .point: [2, 2, 2, 2]
      case .clean: [0.5 + 4, -1.5 + 4, 0.125 + 8, 0.5 + 8]
      case .noise:
        [
          0.5 + 2 * (1 - 1.2) / 0.8, -1.5 + 2 * (-3 - 1.2) / 0.8, 0.125 + 4 * (0.5 - 0.2) / 0.5,
          0.5 + 4 * (2 - 0.2) / 0.5,
        ]
      }
    expectClose(found, expected, relative: 1e-6, absolute: 1e-6)
  }

  /// Regressing data, the loss is the mean of ‖y_t − g‖² without the proposal's noise, and the chain does not matter.
  @Test func regressesData() throws {
    let scope = ParameterScope()
    let function = try LearnedGaussian {
      $0.network = Everywhere(); $0.regresses = .data
    }
    .function(over: SampleSpace(shape: [2]), chains: 2, in: scope)
    let weight = scope.parameters[0]
    let program = CompiledFunction { _, context in
      let request = Self.request(recovered: Tensor([3, 4, 2, 0], shape: [2, 2]))
      let loss = function.step(request, &context) { $0 + 100 }.loss ?? Tensor(.nan)
      return [loss, gradient(of: loss, withRespectTo: weight.tensor)]
    }
    let found = program([], store: scope.initialValues(seed: 0), key: RandomKey(seed: 5))
    // ((1 + 4) + (0 + 4))/2 and −2 (1 + 2 + 0 − 2)/2.
    #expect(found[0].scalar == 4.5 && found[1].scalar == -1)
  }
}
