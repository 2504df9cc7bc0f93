internal import CKernels
internal import TensorGraph

extension MaxPooling: KernelOperation {
  func step(for node: Node, in emission: Emission) -> KernelStep {
    PoolingStep(windows, node.inputs[0].shape, node, emission, ck_max_pool)
  }
}

extension AveragePooling: KernelOperation {
  func step(for node: Node, in emission: Emission) -> KernelStep {
    PoolingStep(windows, node.inputs[0].shape, node, emission, ck_average_pool)
  }
}

extension AveragePoolingAdjoint: KernelOperation {
  func step(for node: Node, in emission: Emission) -> KernelStep {
    PoolingStep(windows, node.shape, node, emission, ck_average_pool_adjoint)
  }
}

extension MaxPoolingPullback: KernelOperation {
  func step(for node: Node, in emission: Emission) -> KernelStep { MaxPoolingPullbackStep(windows, node, emission) }
}

extension ck_pooling {
  /// The kernels' description of windows on images of a shape.
  fileprivate init(_ windows: PoolingWindows, _ images: [Int]) {
    self.init(
      height: Int64(images[1]), width: Int64(images[2]), channels: Int64(images[3]),
      output_height: Int64(windows.count(images[1])), output_width: Int64(windows.count(images[2])),
      window: Int64(windows.size), stride: Int64(windows.stride), padding: Int64(windows.padding))
  }
}

private final class PoolingStep: KernelStep {
  typealias Kernel =
    @convention(c) (
      UnsafeMutablePointer<Float>?, UnsafePointer<Float>?, UnsafePointer<ck_pooling>?, Int64
    ) -> Void
  private let kernel: Kernel
  private let shape: ck_pooling
  private let input: Operand
  private let out: Operand
  private let images: Extent

  init(
    _ windows: PoolingWindows, _ large: [Int], _ node: Node, _ emission: Emission, _ kernel: @escaping Kernel
  ) {
    self.kernel = kernel
    shape = ck_pooling(windows, large)
    input = emission.input(node, 0)
    out = emission.destination(node)
    images = emission.extent(node.shape[0], emission.kind(node))
  }

  override var name: String { "pooling" }

  override func run(_ execution: StepExecution) {
    withUnsafePointer(to: shape) { shape in
      kernel(execution.pointer(out), execution.pointer(input), shape, Int64(images.count(rows: execution.rows)))
    }
  }
}

private final class MaxPoolingPullbackStep: KernelStep {
  private let shape: ck_pooling
  private let x: Operand
  private let gradient: Operand
  private let out: Operand
  private let images: Extent

  init(_ windows: PoolingWindows, _ node: Node, _ emission: Emission) {
    shape = ck_pooling(windows, node.shape)
    (x, gradient) = (emission.input(node, 0), emission.input(node, 1))
    out = emission.destination(node)
    images = emission.extent(node.shape[0], emission.kind(node))
    super.init()
    emission.reserveScratch(withUnsafePointer(to: shape) { Int(ck_max_pool_scratch($0)) })
  }

  override var name: String { "pooling pullback" }

  override func run(_ execution: StepExecution) {
    withUnsafePointer(to: shape) { shape in
      ck_max_pool_gradient(
        execution.pointer(out), execution.pointer(x), execution.pointer(gradient), shape,
        Int64(images.count(rows: execution.rows)), execution.packed)
    }
  }
}
