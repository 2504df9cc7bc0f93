internal import CKernels
internal import TensorGraph

extension Resize: KernelOperation {
  func step(for node: Node, in emission: Emission) -> KernelStep {
    ResizeStep(method, from: node.inputs[0].shape, to: node.shape, node, emission, ck_resize)
  }
}

extension ResizeAdjoint: KernelOperation {
  func step(for node: Node, in emission: Emission) -> KernelStep {
    ResizeStep(method, from: node.shape, to: node.inputs[0].shape, node, emission, ck_resize_adjoint)
  }
}

private final class ResizeStep: KernelStep {
  typealias Kernel =
    @convention(c) (
      UnsafeMutablePointer<Float>?, UnsafePointer<Float>?, UnsafePointer<ck_tap>?, UnsafePointer<ck_tap>?,
      UnsafePointer<ck_resizing>?, Int64
    ) -> Void
  private let kernel: Kernel
  private let shape: ck_resizing
  private let rows: UnsafeBufferPointer<ck_tap>
  private let columns: UnsafeBufferPointer<ck_tap>
  private let input: Operand
  private let out: Operand
  private let images: Extent

  init(
    _ method: ResizingMethod, from old: [Int], to new: [Int], _ node: Node, _ emission: Emission,
    _ kernel: @escaping Kernel
  ) {
    func taps(_ axis: Int) -> UnsafeBufferPointer<ck_tap> {
      emission.lowering.memory.freeze(
        method.taps(from: old[axis], to: new[axis]).map {
          ck_tap(first: Int64($0.first), second: Int64($0.second), weight: $0.weight)
        })
    }
    self.kernel = kernel
    shape = ck_resizing(
      height: Int64(old[1]), width: Int64(old[2]), channels: Int64(old[3]), output_height: Int64(new[1]),
      output_width: Int64(new[2]))
    (rows, columns) = (taps(1), taps(2))
    input = emission.input(node, 0)
    out = emission.destination(node)
    images = emission.extent(old[0], emission.kind(node))
  }

  override var name: String { "resize" }

  override func run(_ execution: StepExecution) {
    withUnsafePointer(to: shape) { shape in
      kernel(
        execution.pointer(out), execution.pointer(input), rows.baseAddress, columns.baseAddress, shape,
        Int64(images.count(rows: execution.rows)))
    }
  }
}
