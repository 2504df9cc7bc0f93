internal import TensorGraph

/// An operation with a kernel of its own; its result is that of the composition up to rounding.
protocol KernelOperation: CompositeOperation {
  /// The step that computes a node of this operation. `Emission.operand`, `output` and `extent` say where its values lie
  /// and how many there are in a tile.
  func step(for node: Node, in emission: Emission) -> KernelStep
}

/// One unit of work that an operation brings along. Subclasses hold operands and sizes; steps never change.
///
/// `@unchecked Sendable`: everything in a subclass is a `let` of a plain value.
class KernelStep: @unchecked Sendable {
  /// The kernel's name in a program's summary.
  var name: String { "kernel" }

  /// What it reads and writes.
  var accesses: [StepAccess] { [] }

  /// Computes the rows of the tile at hand.
  func run(_ execution: StepExecution) {}
}
