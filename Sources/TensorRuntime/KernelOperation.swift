internal import TensorGraph

/// An operation with a kernel of its own; its result is that of the composition up to rounding.
protocol KernelOperation: CompositeOperation {
  /// The step that computes a node of this operation. `Emission.input` and `destination` say where its values lie, `extent`
  /// how many there are in a tile, and `reserveScratch` asks for memory to work in. What a tile's rows are must not change
  /// a bit of the result, nor may a step read its destination, unless `StepExecution.accumulates` says to add to it.
  func step(for node: Node, in emission: Emission) -> KernelStep
}

/// One unit of work that an operation brings along. Subclasses hold operands and sizes, all of them constants: several
/// workers run one step at once.
class KernelStep {
  /// The kernel's name in a program's summary.
  var name: String { "kernel" }

  /// What it reads and writes, as its node says.
  final var accesses: [StepAccess] = []

  /// Computes the rows of the tile at hand.
  func run(_ execution: StepExecution) {}
}
