import EBM
import Testing

/// Losses that hold derivatives of the energy, so that their gradients hold second and third derivatives, against
/// numbers of PyTorch (Fixtures/README.md).
@Suite struct ScoreMatchingTests {
  /// Linear, SiLU, Linear, softplus, Linear from three numbers to one.
  private struct Network: Sendable {
    let layers: [Linear]
    let weights: [Parameter]

    init() {
      let scope = ParameterScope()
      layers = [(3, 16, "0"), (16, 16, "2"), (16, 1, "4")].map { Linear($0, $1, in: scope[$2]) }
      weights = scope.parameters
    }

    func energy(_ x: Tensor, _ context: inout Context) -> Tensor {
      let h = Activation.softplus(layers[1](Activation.silu(layers[0](x, &context)), &context))
      return layers[2](h, &context).reshaped([x.shape[0]])
    }

    func score(_ x: Tensor, _ context: inout Context) -> Tensor {
      -gradient(of: energy(x, &context).sum(), withRespectTo: x)
    }
  }

  private typealias Loss = @Sendable (Network, [String: Tensor], inout Context) -> Tensor

  /// ½ ‖s‖² of each row.
  private static func halfSquare(_ s: Tensor) -> Tensor { 0.5 * s.squared().sum(alongAxes: 1) }

  private static let denoising: Loss = { network, data, context in
    guard let x = data["x"], let noise = data["noise"], let sigma = data["sigma"]?.expandingAxis(at: 1) else {
      return Tensor(.nan)
    }
    return halfSquare(network.score(x + sigma * noise, &context) + noise / sigma).mean()
  }

  private static let sliced: Loss = { network, data, context in
    guard let x = data["x"], let direction = data["projection"] else { return Tensor(.nan) }
    let score = network.score(x, &context)
    let change = jacobianVectorProduct(of: [score], withRespectTo: [x], along: [direction])[0]
    return ((direction * change).sum(alongAxes: 1) + halfSquare(score)).mean()
  }

  private static let explicit: Loss = { network, data, context in
    guard let x = data["x"] else { return Tensor(.nan) }
    let score = network.score(x, &context)
    let trace = (0..<3).map { axis in
      let direction = Tensor((0..<3).map { $0 == axis ? 1 : 0 }).broadcast(to: x.shape)
      return (direction * jacobianVectorProduct(of: [score], withRespectTo: [x], along: [direction])[0]).sum(
        alongAxes: 1)
    }
    return (trace[0] + trace[1] + trace[2] + halfSquare(score)).mean()
  }

  private static let contrastive: Loss = { network, data, context in
    guard let x = data["x"], let negative = data["negative"] else { return Tensor(.nan) }
    let (low, high) = (network.energy(x, &context), network.energy(negative, &context))
    return low.mean() - high.mean() + 0.1 * (low.squared().mean() + high.squared().mean())
  }

  private static let losses = [
    "denoising": denoising, "sliced": sliced, "explicit": explicit, "contrastive": contrastive,
  ]

  @Test(arguments: ["denoising", "sliced", "explicit", "contrastive"])
  func lossAndItsGradient(_ name: String) throws {
    let fixture = try Fixture("score-matching-mlp")
    let network = Network()
    let store = try fixture.store(for: network.weights) { $0 }
    let loss = try #require(Self.losses[name])
    let inputs = ["x", "noise", "projection", "negative", "sigma"]
    let function = CompiledFunction { arguments, context in
      let value = loss(network, Dictionary(uniqueKeysWithValues: zip(inputs, arguments)), &context)
      return [value] + gradient(of: value, withRespectTo: network.weights.map(\.tensor))
    }
    let results = function(try inputs.map { try fixture[$0] }, store: store)
    expectClose(results[0], try fixture["\(name).loss"], ofLargest: 1e-5, "loss")
    let expected = fixture.group("\(name).grad.")
    #expect(expected.count == network.weights.count)
    for (weight, gradient) in zip(network.weights, results.dropFirst()) {
      expectClose(gradient, try #require(expected[weight.name]), ofLargest: 1e-4, weight.name)
    }
  }
}
