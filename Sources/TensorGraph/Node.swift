internal import Runtime

/// One value of a graph: an operation, the nodes that it reads, and the shape that it yields. Immutable.
package final class Node: Sendable {
  package let operation: Operation
  /// Set once, and emptied by `deinit` alone, when no other reference to the node is left: hence safe to share.
  nonisolated(unsafe) package private(set) var inputs: [Node]
  package let shape: [Int]
  /// Where the node was made, when origins are recorded.
  package let origin: Origin?

  package init(_ operation: Operation, _ inputs: [Node], shape: [Int], origin: Origin? = nil) {
    self.operation = operation
    self.inputs = inputs
    self.shape = shape
    self.origin = origin ?? Origin.current()
  }

  /// Lets go of the inputs one by one: a chain of nodes may be deeper than the stack that releases would take.
  deinit {
    var released = inputs
    inputs = []
    while var node = released.popLast() {
      guard isKnownUniquelyReferenced(&node) else { continue }
      released += node.inputs
      node.inputs = []
    }
  }

  package var elementCount: Int { shape.elementCount }

  /// What tells this node from others in walks of a graph: all nodes that read one parameter or one placeholder are
  /// the same.
  package var identity: ObjectIdentifier {
    switch operation {
    case .placeholder(let placeholder): ObjectIdentifier(placeholder)
    case .parameter(let parameter): ObjectIdentifier(parameter)
    default: ObjectIdentifier(self)
    }
  }
}

/// A place in a source file: where the stack was when a node was made.
package struct Origin: Sendable {
  /// Whether nodes note where they are made: set while a function is traced for debugging, since a walk of the
  /// stack costs more than the node.
  @TaskLocal package static var isRecorded = false

  private let backtrace: Backtrace

  /// The place, or nil when origins are not recorded or the stack cannot be read.
  fileprivate static func current() -> Origin? {
    guard isRecorded, let backtrace = try? Backtrace.capture(limit: 24, images: nil) else { return nil }
    return Origin(backtrace: backtrace)
  }

  /// File and line of the innermost frame outside the engine, when debugging information has them. Slow: it reads the
  /// program's symbols.
  package var location: String? {
    let engine = ["/TensorGraph/", "/TensorRuntime/", "/Tensors/"]
    for frame in backtrace.symbolicated()?.frames ?? [] {
      guard let location = frame.symbol?.sourceLocation, location.line > 0 else { continue }
      if engine.contains(where: location.path.contains) { continue }
      let path = location.path.split(separator: "/").suffix(2).joined(separator: "/")
      return "\(path):\(location.line)"
    }
    return nil
  }
}

extension [Int] {
  /// The most elements that a count tells apart: 2⁴⁵ floats fill the address space of a process. A tensor of as many is
  /// refused before anything is allocated.
  package static let mostElements = 1 << 45

  /// The number of elements of a tensor of this shape, at most ``mostElements``.
  package var elementCount: Int {
    var (count, isLarge) = (1, false)
    for size in self {
      if size == 0 { return 0 }
      let (product, overflows) = count.multipliedReportingOverflow(by: size)
      isLarge = isLarge || overflows || product > Self.mostElements
      if !isLarge { count = product }
    }
    return isLarge ? Self.mostElements : count
  }
}
