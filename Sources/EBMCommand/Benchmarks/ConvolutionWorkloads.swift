import EBMCore
import Networks
import Tensors

/// Scores and weight gradients of a residual convolutional energy on 32 × 32 colour images.
enum ConvolutionWorkloads {
  static let all: [Workload] = [(128, 8), (32, 32)].flatMap { width, batch in
    [score(width: width, batch: batch), gradient(width: width, batch: batch)]
  }

  /// Stem 3 → w; three stages of w, 2w, 2w channels of two residual blocks, leaky ReLU 0.2, average pooling between
  /// stages, a 3 × 3 shortcut where channels change; sum over pixels; dense to 1.
  private struct Network: Sendable {
    let scope = ParameterScope()
    private let stem: Parameter
    private let stages: [[Block]]
    private let head: Parameter

    private struct Block: Sendable {
      let first, second: Parameter
      let shortcut: Parameter?
    }

    init(_ width: Int) {
      let scope = scope
      func kernel(_ name: String, _ inputs: Int, _ outputs: Int) -> Parameter {
        let deviation = 1 / Float(9 * inputs).squareRoot()
        return scope.parameter(name, shape: [outputs, 3, 3, inputs], .normal(standardDeviation: deviation))
      }
      func block(_ name: String, _ inputs: Int, _ outputs: Int) -> Block {
        Block(
          first: kernel("\(name).first", inputs, outputs), second: kernel("\(name).second", outputs, outputs),
          shortcut: inputs == outputs ? nil : kernel("\(name).shortcut", inputs, outputs))
      }
      stem = kernel("stem", 3, width)
      stages = [(width, width), (width, 2 * width), (2 * width, 2 * width)].enumerated().map { index, channels in
        [block("\(index).0", channels.0, channels.1), block("\(index).1", channels.1, channels.1)]
      }
      head = scope.parameter("head", shape: [2 * width, 1], .normal(standardDeviation: 1))
    }

    func callAsFunction(_ images: Tensor) -> Tensor {
      let activation = Activation.leakyReLU
      var h = images.convolved(with: stem.tensor, padding: 1)
      for (index, stage) in stages.enumerated() {
        if index > 0 { h = h.averagePooled(size: 2) }
        for block in stage {
          var a = activation(h).convolved(with: block.first.tensor, padding: 1)
          a = activation(a).convolved(with: block.second.tensor, padding: 1)
          h = a + (block.shortcut.map { h.convolved(with: $0.tensor, padding: 1) } ?? h)
        }
      }
      return activation(h).sum(alongAxes: 1, 2).matmul(head.tensor).reshaped([images.shape[0]])
    }

    /// Multiplications and additions of one energy, convolutions only, as if computed directly.
    func operations(pixels: Int) -> Double {
      var size = Double(pixels)
      func cost(_ kernel: Parameter) -> Double { 2 * size * Double(kernel.shape.reduce(1, *)) }
      var sum = cost(stem)
      for (index, stage) in stages.enumerated() {
        if index > 0 { size /= 4 }
        for block in stage { sum += cost(block.first) + cost(block.second) + (block.shortcut.map(cost) ?? 0) }
      }
      return sum
    }
  }

  private static func score(width: Int, batch: Int) -> Workload {
    let network = Network(width)
    return Workload(
      name: "score-conv/32x32x3/w\(width)/\(batch)", unit: "score", unitsPerCall: 1,
      operations: 2 * Double(batch) * network.operations(pixels: 1_024)
    ) { _, threads in
      EngineWorkloads.prepared(
        inputs: [[batch, 32, 32, 3]], store: network.scope.initialValues(seed: 0), threads: threads
      ) { inputs, _ in
        [EngineWorkloads.gradientOfEach(network(inputs[0]), inputs[0])]
      }
    }
  }

  private static func gradient(width: Int, batch: Int) -> Workload {
    let network = Network(width)
    return Workload(
      name: "grad-conv/32x32x3/w\(width)/\(batch)", unit: "gradient", unitsPerCall: 1,
      operations: 3 * Double(batch) * network.operations(pixels: 1_024)
    ) { _, threads in
      EngineWorkloads.prepared(
        inputs: [[batch, 32, 32, 3]], store: network.scope.initialValues(seed: 0), threads: threads
      ) { inputs, _ in
        TensorGraph.gradient(of: network(inputs[0]).mean(), withRespectTo: network.scope.parameters.map(\.tensor))
      }
    }
  }
}
