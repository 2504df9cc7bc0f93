internal import CKernels
internal import TensorGraph

extension Normalization: KernelOperation {
  func step(for node: Node, in emission: Emission) -> KernelStep { NormalizationStep(self, node, emission) }

  /// The kernels' description for x of a shape.
  fileprivate func kernelShape(_ shape: [Int]) -> ck_normalization {
    ck_normalization(
      positions: Int64(positions(shape)), channels: Int64(shape[shape.count - 1]), groups: Int64(groups),
      epsilon: epsilon)
  }
}

extension NormalizationPullback: KernelOperation {
  func step(for node: Node, in emission: Emission) -> KernelStep { NormalizationPullbackStep(forward, node, emission) }
}

extension NormalizationSums: KernelOperation {
  func step(for node: Node, in emission: Emission) -> KernelStep { NormalizationSumsStep(forward, node, emission) }
}

/// What the three steps share: the operands, where the result goes and how many images there are.
private class NormalizationKernelStep: KernelStep {
  let operands: (Operand, Operand, Operand)
  let out: Operand
  let shape: ck_normalization
  private let images: Extent

  init(_ forward: Normalization, _ node: Node, _ emission: Emission) {
    let x = node.inputs[0].shape
    operands = (emission.input(node, 0), emission.input(node, 1), emission.input(node, node.inputs.count - 1))
    out = emission.destination(node)
    shape = forward.kernelShape(x)
    images = emission.extent(forward.images(x), emission.kind(node))
    super.init()
    emission.reserveScratch(withUnsafePointer(to: shape) { Int(ck_normalization_scratch($0)) })
  }

  func images(_ execution: StepExecution) -> Int64 { Int64(images.count(rows: execution.rows)) }
}

private final class NormalizationStep: NormalizationKernelStep {
  override var name: String { "normalization" }

  override func run(_ execution: StepExecution) {
    withUnsafePointer(to: shape) { shape in
      ck_normalize(
        execution.pointer(out), execution.pointer(operands.0), execution.pointer(operands.1),
        execution.pointer(operands.2), shape, images(execution), execution.packed)
    }
  }
}

private final class NormalizationPullbackStep: NormalizationKernelStep {
  override var name: String { "normalization pullback" }

  override func run(_ execution: StepExecution) {
    withUnsafePointer(to: shape) { shape in
      ck_normalization_input_gradient(
        execution.pointer(out), execution.pointer(operands.0), execution.pointer(operands.1),
        execution.pointer(operands.2), shape, images(execution), execution.packed)
    }
  }
}

private final class NormalizationSumsStep: NormalizationKernelStep {
  override var name: String { "normalization sums" }

  override func run(_ execution: StepExecution) {
    withUnsafePointer(to: shape) { shape in
      ck_normalization_parameter_gradient(
        execution.pointer(out), execution.pointer(operands.0), execution.pointer(operands.1), shape, images(execution),
        execution.accumulates, execution.packed)
    }
  }
}
