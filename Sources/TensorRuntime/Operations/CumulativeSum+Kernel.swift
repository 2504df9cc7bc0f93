internal import CKernels
internal import TensorGraph

extension CumulativeSum: KernelOperation {
  func step(for node: Node, in emission: Emission) -> KernelStep { CumulativeSumStep(self, node, emission) }
}

private final class CumulativeSumStep: KernelStep {
  private let operation: CumulativeSum
  private let input: Operand
  private let out: Operand
  private let outer: Extent
  private let count: Int
  private let inner: Int

  init(_ operation: CumulativeSum, _ node: Node, _ emission: Emission) {
    self.operation = operation
    input = emission.input(node, 0)
    out = emission.destination(node)
    outer = emission.extent(node.shape[..<operation.axis].reduce(1, *), emission.kind(node))
    count = node.shape[operation.axis]
    inner = node.shape[(operation.axis + 1)...].reduce(1, *)
  }

  override var name: String { "cumulative sum" }

  override func run(_ execution: StepExecution) {
    ck_cumulative_sum(
      execution.pointer(out), execution.pointer(input), Int64(outer.count(rows: execution.rows)), Int64(count),
      Int64(inner), operation.isExclusive, operation.isReversed)
  }
}
