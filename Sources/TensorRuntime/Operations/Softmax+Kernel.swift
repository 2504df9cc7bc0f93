internal import CKernels
internal import TensorGraph

extension Softmax: KernelOperation {
  func step(for node: Node, in emission: Emission) -> KernelStep {
    SoftmaxStep(node, emission, isLogarithm ? ck_log_softmax : ck_softmax)
  }
}

extension SoftmaxPullback: KernelOperation {
  func step(for node: Node, in emission: Emission) -> KernelStep {
    SoftmaxPullbackStep(node, emission, isLogarithm ? ck_log_softmax_gradient : ck_softmax_gradient)
  }
}

private final class SoftmaxStep: KernelStep {
  typealias Kernel = @convention(c) (UnsafeMutablePointer<Float>?, UnsafePointer<Float>?, Int64, Int64) -> Void
  private let kernel: Kernel
  private let input: Operand
  private let out: Operand
  private let rows: Extent
  private let columns: Int

  init(_ node: Node, _ emission: Emission, _ kernel: @escaping Kernel) {
    self.kernel = kernel
    input = emission.input(node, 0)
    out = emission.destination(node)
    (rows, columns) = emission.rows(node)
  }

  override var name: String { "softmax" }

  override func run(_ execution: StepExecution) {
    kernel(
      execution.pointer(out), execution.pointer(input), Int64(rows.count(rows: execution.rows)), Int64(columns))
  }
}

private final class SoftmaxPullbackStep: KernelStep {
  typealias Kernel =
    @convention(c) (
      UnsafeMutablePointer<Float>?, UnsafePointer<Float>?, UnsafePointer<Float>?, Int64, Int64
    ) -> Void
  private let kernel: Kernel
  private let result: Operand
  private let gradient: Operand
  private let out: Operand
  private let rows: Extent
  private let columns: Int

  init(_ node: Node, _ emission: Emission, _ kernel: @escaping Kernel) {
    self.kernel = kernel
    (result, gradient) = (emission.input(node, 0), emission.input(node, 1))
    out = emission.destination(node)
    (rows, columns) = emission.rows(node)
  }

  override var name: String { "softmax pullback" }

  override func run(_ execution: StepExecution) {
    kernel(
      execution.pointer(out), execution.pointer(result), execution.pointer(gradient),
      Int64(rows.count(rows: execution.rows)), Int64(columns))
  }
}
