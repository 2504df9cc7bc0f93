import Networks
import Tensors

/// Scores and weight gradients of residual convolutional energies with level embedding, in the sizes of cooperative
/// diffusion recovery likelihood on images.
enum LeveledEnergyWorkloads {
  static let all: [Workload] = [
    Size(name: "cdrl-cifar10", width: 128, blocks: 8, multipliers: [1, 2, 2, 2], pixels: 32, colours: 3, batch: 8),
    Size(name: "cdrl-mnist", width: 32, blocks: 2, multipliers: [1, 2, 2], pixels: 28, colours: 1, batch: 64),
    Size(name: "cdrl-digits", width: 32, blocks: 1, multipliers: [1, 2], pixels: 8, colours: 1, batch: 256),
  ].flatMap { [score($0), gradient($0)] }

  private struct Size: Sendable {
    let name: String
    /// Channels of the first stage.
    let width: Int
    /// Residual blocks of a stage.
    let blocks: Int
    /// Channels of each stage, in widths.
    let multipliers: [Int]
    let pixels, colours, batch: Int
  }

  /// A 3 × 3 convolution with a bias.
  private struct ImageMap: Sendable {
    let weight, bias: Parameter

    init(_ inputs: Int, _ outputs: Int, in scope: ParameterScope) {
      let bound = Initialization.uniform(bound: 1 / Float(9 * inputs).squareRoot())
      weight = scope.parameter("weight", shape: [outputs, 3, 3, inputs], bound)
      bias = scope.parameter("bias", shape: [outputs], bound)
    }

    func callAsFunction(_ images: Tensor) -> Tensor {
      images.convolved(with: weight.tensor, padding: 1) + bias.tensor
    }
  }

  private struct Block: Sendable {
    let first, second: ImageMap
    let embedding: Linear
    let shortcut: ImageMap?

    init(_ inputs: Int, _ outputs: Int, level: Int, in scope: ParameterScope) {
      first = ImageMap(inputs, outputs, in: scope["first"])
      second = ImageMap(outputs, outputs, in: scope["second"])
      embedding = Linear(level, outputs, in: scope["embedding"])
      shortcut = inputs == outputs ? nil : ImageMap(inputs, outputs, in: scope["shortcut"])
    }

    func callAsFunction(_ images: Tensor, level: Tensor, _ context: inout Context) -> Tensor {
      let activation = Activation.leakyReLU
      let shift = embedding(activation(level), &context)
      let h = first(activation(images)) + shift.reshaped([shift.shape[0], 1, 1, shift.shape[1]])
      return second(activation(h)) + (shortcut?(images) ?? images)
    }
  }

  /// Stem; stages of residual blocks with average pooling between; ReLU, sum over pixels, dense to 1.
  private struct Network: Sendable {
    let scope = ParameterScope()
    private let stem: ImageMap
    private let level, head: Linear
    private let stages: [[Block]]

    init(_ size: Size) {
      let (scope, width) = (scope, size.width)
      stem = ImageMap(size.colours, width, in: scope["stem"])
      level = Linear(width, 4 * width, in: scope["level"])
      var inputs = width
      stages = size.multipliers.enumerated().map { index, multiplier in
        (0..<size.blocks).map { block in
          defer { inputs = multiplier * width }
          return Block(inputs, multiplier * width, level: 4 * width, in: scope["\(index).\(block)"])
        }
      }
      head = Linear(inputs, 1, in: scope["head"])
    }

    func callAsFunction(_ images: Tensor, level embedding: Tensor, _ context: inout Context) -> Tensor {
      var h = stem(images)
      let level = level(embedding, &context)
      for (index, stage) in stages.enumerated() {
        if index > 0 { h = h.averagePooled(size: 2) }
        for block in stage { h = block(h, level: level, &context) }
      }
      return head(Activation.relu(h).sum(alongAxes: 1, 2), &context).reshaped([images.shape[0]])
    }

    /// Multiplications and additions of one energy, convolutions only, as if computed directly.
    func operations(pixels: Int) -> Double {
      var size = Double(pixels * pixels)
      func cost(_ map: ImageMap) -> Double { 2 * size * Double(map.weight.shape.reduce(1, *)) }
      var sum = cost(stem)
      for (index, stage) in stages.enumerated() {
        if index > 0 { size /= 4 }
        for block in stage { sum += cost(block.first) + cost(block.second) + (block.shortcut.map(cost) ?? 0) }
      }
      return sum
    }
  }

  private static func shapes(_ size: Size) -> [[Int]] {
    [[size.batch, size.pixels, size.pixels, size.colours], [size.batch, size.width]]
  }

  private static func score(_ size: Size) -> Workload {
    let network = Network(size)
    return Workload(
      name: "score-energy/\(size.name)/\(size.batch)", unit: "score", unitsPerCall: 1,
      operations: 2 * Double(size.batch) * network.operations(pixels: size.pixels)
    ) { _, threads in
      EngineWorkloads.prepared(
        inputs: shapes(size), store: network.scope.initialValues(seed: 0), threads: threads
      ) { inputs, context in
        [EngineWorkloads.gradientOfEach(network(inputs[0], level: inputs[1], &context), inputs[0])]
      }
    }
  }

  private static func gradient(_ size: Size) -> Workload {
    let network = Network(size)
    return Workload(
      name: "grad-energy/\(size.name)/\(size.batch)", unit: "gradient", unitsPerCall: 1,
      operations: 3 * Double(size.batch) * network.operations(pixels: size.pixels)
    ) { _, threads in
      EngineWorkloads.prepared(
        inputs: shapes(size), store: network.scope.initialValues(seed: 0), threads: threads
      ) { inputs, context in
        TensorGraph.gradient(
          of: network(inputs[0], level: inputs[1], &context).mean(),
          withRespectTo: network.scope.parameters.map(\.tensor))
      }
    }
  }
}
