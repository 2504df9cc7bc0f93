import Tensors

/// Single operations of image models: the call, and the gradient of half the squared result in every operand.
enum OperationWorkloads {
  static let all: [Workload] = convolutions.flatMap(\.workloads) + others.flatMap(\.workloads)

  /// One operation on operands of these shapes.
  private struct Operation: Sendable {
    let name: String
    let shapes: [[Int]]
    /// Multiplications and additions of the call, products only.
    var operations = 0.0
    let body: @Sendable ([Tensor]) -> Tensor

    var workloads: [Workload] { [forward, gradient] }

    private var forward: Workload {
      Workload(name: "forward/\(name)", unit: "call", unitsPerCall: 1, operations: operations) { _, threads in
        EngineWorkloads.prepared(inputs: shapes, threads: threads) { operands, _ in [body(operands)] }
      }
    }

    private var gradient: Workload {
      Workload(name: "gradient/\(name)", unit: "call", unitsPerCall: 1, operations: 3 * operations) { _, threads in
        EngineWorkloads.prepared(inputs: shapes, threads: threads) { operands, _ in
          TensorGraph.gradient(of: (0.5 * body(operands).squared()).sum(), withRespectTo: operands)
        }
      }
    }
  }

  // MARK: Convolutions

  /// Batch, size, channels in and out, kernel, stride.
  private static let convolutions: [Operation] = [
    (8, 32, 3, 128, 3, 1), (8, 16, 256, 256, 3, 1), (8, 8, 512, 512, 3, 1), (32, 8, 512, 512, 3, 1),
    (8, 16, 256, 256, 3, 2), (32, 16, 256, 256, 3, 2), (8, 8, 512, 512, 3, 2), (8, 16, 256, 256, 1, 1),
    (32, 16, 256, 256, 1, 1), (8, 8, 512, 512, 1, 1), (8, 16, 256, 256, 5, 1), (8, 8, 512, 512, 5, 1),
    (8, 16, 256, 256, 4, 2), (8, 16, 256, 256, 2, 2), (64, 8, 32, 32, 3, 1), (64, 28, 1, 32, 3, 1),
  ].map(convolution)

  private static func convolution(
    batch: Int, size: Int, inputs: Int, outputs: Int, kernel: Int, stride: Int
  ) -> Operation {
    let padding = kernel % 2 == 0 ? 0 : kernel / 2
    let resultSize = (size + 2 * padding - kernel) / stride + 1
    let products = batch * resultSize * resultSize * outputs * kernel * kernel * inputs
    return Operation(
      name: "conv-\(kernel)x\(kernel)-stride\(stride)/\(batch)x\(size)x\(size)x\(inputs)-\(outputs)",
      shapes: [[batch, size, size, inputs], [outputs, kernel, kernel, inputs]], operations: 2 * Double(products)
    ) { $0[0].convolved(with: $0[1], stride: stride, padding: padding) }
  }

  // MARK: Others

  private static let others: [Operation] =
    [
      Operation(
        name: "upsample-conv/8x8x8x512-256", shapes: [[8, 8, 8, 512], [256, 3, 3, 512]],
        operations: 2 * 8 * 16 * 16 * 256 * 9 * 512
      ) { $0[0].upsampled(size: 2).convolved(with: $0[1], padding: 1) }
    ] + [(8, 16, 256), (32, 16, 256), (8, 8, 512)].map(groupNorm) + [
      Operation(name: "layer-norm/8192x256", shapes: [[8_192, 256], [256], [256]]) {
        normalized($0[0], alongAxes: [1]) * $0[1] + $0[2]
      },
      Operation(name: "softmax/64x256x256", shapes: [[64, 256, 256]]) { softmax($0[0]) },
      Operation(
        name: "batched-product/64x256x64x256", shapes: [[64, 256, 64], [64, 64, 256]],
        operations: 2 * 64 * 256 * 64 * 256
      ) { $0[0].matmul($0[1]) },
      Operation(
        name: "attention/64x256x64", shapes: Array(repeating: [64, 256, 64], count: 3),
        operations: 2 * 2 * 64 * 256 * 64 * 256
      ) { softmax(0.125 * $0[0].matmul($0[1], transposeRight: true)).matmul($0[2]) },
    ]

  private static func groupNorm(batch: Int, size: Int, channels: Int) -> Operation {
    Operation(
      name: "group-norm-32/\(batch)x\(size)x\(size)x\(channels)",
      shapes: [[batch, size, size, channels], [channels], [channels]]
    ) { operands in
      let grouped = operands[0].reshaped([batch, size * size, 32, channels / 32])
      return normalized(grouped, alongAxes: [1, 3]).reshaped(operands[0].shape) * operands[1] + operands[2]
    }
  }

  /// Mean 0 and variance 1 along some axes.
  private static func normalized(_ x: Tensor, alongAxes axes: [Int]) -> Tensor {
    let centred = x - x.mean(alongAxes: axes, keepingDimensions: true)
    let variance = centred.squared().mean(alongAxes: axes, keepingDimensions: true)
    return centred * (variance + 1e-5).reciprocalSquareRoot()
  }

  /// Along the last axis.
  private static func softmax(_ x: Tensor) -> Tensor {
    let last = x.rank - 1
    // Shifting changes nothing but the range, so no derivative flows through it.
    let powers = (x - x.maximum(alongAxes: last, keepingDimensions: true).stoppingGradient()).exp()
    return powers / powers.sum(alongAxes: last, keepingDimensions: true)
  }
}
