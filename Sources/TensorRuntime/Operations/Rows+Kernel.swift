internal import CKernels
internal import TensorGraph

extension RowReading: KernelOperation {
  func step(for node: Node, in emission: Emission) -> KernelStep { RowReadingStep(node, emission) }
}

extension RowWriting: InPlaceOperation {
  func step(for node: Node, in emission: Emission) -> KernelStep { RowWritingStep(node, emission) }
}

private final class RowReadingStep: KernelStep {
  private let x: Operand
  private let index: Operand
  private let out: Operand
  private let batch: Extent
  private let rows: Int
  private let columns: Int

  init(_ node: Node, _ emission: Emission) {
    (x, index) = (emission.input(node, 0), emission.input(node, 1))
    out = emission.destination(node)
    let shape = node.inputs[0].shape
    batch = emission.extent(shape[0], emission.kind(node))
    (rows, columns) = (shape[1], shape.dropFirst(2).reduce(1, *))
  }

  override var name: String { "row" }

  override func run(_ execution: StepExecution) {
    ck_read_row(
      execution.pointer(out), execution.pointer(x), execution.pointer(index).pointee,
      Int64(batch.count(rows: execution.rows)), Int64(rows), Int64(columns))
  }
}

private final class RowWritingStep: KernelStep {
  private let x: Operand
  private let index: Operand
  private let row: Operand
  private let out: Operand
  private let batch: Extent
  private let rows: Int
  private let columns: Int

  init(_ node: Node, _ emission: Emission) {
    (x, index, row) = (emission.input(node, 0), emission.input(node, 1), emission.input(node, 2))
    out = emission.destination(node)
    let shape = node.shape
    batch = emission.extent(shape[0], emission.kind(node))
    (rows, columns) = (shape[1], shape.dropFirst(2).reduce(1, *))
  }

  override var name: String { "row written" }

  override func run(_ execution: StepExecution) {
    ck_write_row(
      execution.pointer(out), execution.pointer(x), execution.pointer(row), execution.pointer(index).pointee,
      Int64(batch.count(rows: execution.rows)), Int64(rows), Int64(columns))
  }
}
