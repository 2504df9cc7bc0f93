import EBMCore
import Networks
import Tensors

/// Training steps of perceptron energies.
enum PerceptronTrainingWorkloads {
  static let all: [Workload] =
    [
      contrastiveDivergence("128x128", [128, 128]), denoising(), contrastiveDivergence("512x512", [512, 512]),
      contrastiveDivergence("1024x1024x1024", [1_024, 1_024, 1_024]),
      contrastiveDivergence("2048x2048", [2_048, 2_048]),
      contrastiveDivergence("16of256", Array(repeating: 256, count: 16)),
      contrastiveDivergence("32of256", Array(repeating: 256, count: 32)),
    ] + [8, 64, 256].map(explicitScoreMatching)

  /// Twenty Langevin steps from the data, loss gradient, Adam.
  private static func contrastiveDivergence(_ label: String, _ widths: [Int]) -> Workload {
    let network = Perceptron(2, widths)
    return Workload(
      name: "cd20-mlp/2x\(label)/256", unit: "training step", unitsPerCall: 1,
      operations: 256 * (20 * network.operations() + 2 * network.operations(gradient: 3))
    ) { _, threads in
      let store = network.scope.initialValues(seed: 0)
      let adam = AdamUpdate(network.scope.parameters, store)
      return EngineWorkloads.prepared(inputs: [[256, 2]], store: store, threads: threads) { inputs, context in
        let negative = EngineWorkloads.langevin(
          network.score, from: inputs[0], steps: 20, epsilon: 0.005, &context.random)
        let energies = (network(inputs[0], &context), network(negative.stoppingGradient(), &context))
        adam(energies.0.mean() - energies.1.mean(), &context)
        return []
      }
    }
  }

  private static func denoising() -> Workload {
    let network = Perceptron(2, [128, 128])
    return Workload(
      name: "dsm-mlp/2x128x128/1024", unit: "training step", unitsPerCall: 1,
      operations: 1_024 * network.operations(gradient: 6)
    ) { _, threads in
      let store = network.scope.initialValues(seed: 0)
      let adam = AdamUpdate(network.scope.parameters, store)
      return EngineWorkloads.prepared(inputs: [[1_024, 2]], store: store, threads: threads) { inputs, context in
        let noise = context.random.normal([1_024, 2])
        let residual = noise / 0.3 - network.score(inputs[0] + 0.3 * noise)
        adam((0.5 * residual.squared().sum(alongAxes: 1)).mean(), &context)
        return []
      }
    }
  }

  /// ½ ‖∇E‖² − tr ∇²E, the trace exactly: one second derivative for each coordinate, in a batch of as many copies.
  private static func explicitScoreMatching(dimension: Int) -> Workload {
    let network = Perceptron(dimension, [128, 128])
    return Workload(
      name: "esm-mlp/\(dimension)x128x128/256", unit: "training step", unitsPerCall: 1,
      operations: 256 * Double(dimension) * network.operations(gradient: 6)
    ) { _, threads in
      let store = network.scope.initialValues(seed: 0)
      let adam = AdamUpdate(network.scope.parameters, store)
      return EngineWorkloads.prepared(inputs: [[256, dimension]], store: store, threads: threads) { inputs, context in
        let points = inputs[0].copies(dimension)
        let score = network.score(points)
        // Copy d of the batch has direction d.
        let axes = Tensor((0..<dimension * 256).map { Float($0 / 256) }).oneHot(count: dimension)
        let change = jacobianVectorProduct(of: [score], withRespectTo: [points], along: [axes])[0]
        let slope = 0.5 * score.squared().sum(alongAxes: 1).mean()
        adam(slope - Float(dimension) * (axes * change).sum(alongAxes: 1).mean(), &context)
        return []
      }
    }
  }
}
