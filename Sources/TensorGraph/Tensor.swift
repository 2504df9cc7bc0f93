/// A multidimensional array of 32-bit floats, as a value or as an expression.
///
/// An operation whose operands are all values runs at once. An operation with an expression among its operands (a
/// placeholder, a ``Parameter``, anything made from them) yields an expression: a node of a graph whose shape is
/// known and whose elements are computed when it is read or when the graph is compiled into a program. Tracing a
/// function is calling it with placeholders; nothing else is ambient.
///
/// Elements are in row-major order, the rank is 0 to 6. Binary operations broadcast as NumPy does: shapes are
/// aligned at the last axis and an axis of size 1 is repeated.
///
/// - Precondition: operations stop the program with a message that carries both shapes when shapes do not fit.
public struct Tensor: Sendable {
  package let node: Node

  package init(_ node: Node) {
    self.node = node
  }

  /// The size of each axis; empty for a scalar.
  public var shape: [Int] { node.shape }

  /// The number of axes, 0 to 6.
  public var rank: Int { node.shape.count }

  /// The product of the shape; 1 for a scalar.
  public var elementCount: Int { node.elementCount }

  /// Whether the elements are known now, as opposed to when a program runs.
  public var isValue: Bool { literal != nil }

  package var literal: Literal? {
    if case .constant(let literal) = node.operation { literal } else { nil }
  }

  /// The one constructor of operations: evaluates when all operands are values and one knows how, else makes a node. A
  /// value that is spread over more than a million elements stays an expression: tracing a function is to take no memory.
  package static func apply(_ operation: Operation, _ inputs: [Tensor], shape: [Int]) -> Tensor {
    precondition(shape.count <= maximumRank, "\(operation.name): rank \(shape.count) exceeds \(maximumRank)")
    let node = Node(operation, inputs.map(\.node), shape: shape)
    guard !inputs.isEmpty else { return Tensor(node) }
    var evaluator: (any TensorEvaluator)?
    for input in inputs {
      guard let literal = input.literal else { return Tensor(node) }
      evaluator = evaluator ?? literal.evaluator
    }
    guard let evaluator, node.elementCount <= max(mostElementsSpread, inputs.map(\.elementCount).max() ?? 0) else {
      return Tensor(node)
    }
    return Tensor(Literal(evaluator.evaluate(node), evaluator: evaluator), shape: shape)
  }

  /// Elements of a value that is larger than those it is made from.
  package static let mostElementsSpread = 1 << 20

  /// The largest rank that kernels take.
  package static let maximumRank = 6

  package init(_ literal: Literal, shape: [Int]) {
    node = Node(.constant(literal), [], shape: shape)
  }

  /// A scalar that takes part in operations on expressions and values alike.
  package init(constant value: Float) {
    self.init(Literal([value], evaluator: nil), shape: [])
  }
}

/// Computes the elements of a node whose inputs are all constants. Values carry their evaluator, so that the graph
/// does not need to know the runtime.
package protocol TensorEvaluator: Sendable {
  func evaluate(_ node: Node) -> [Float]
}

/// The elements of a constant. A few elements compare by bits, many by identity.
package final class Literal: Hashable, Sendable {
  /// Most elements that are looked at one by one: those of a counter.
  private static let mostCompared = Counter.digitCount

  package let scalars: [Float]
  package let evaluator: (any TensorEvaluator)?

  package init(_ scalars: [Float], evaluator: (any TensorEvaluator)?) {
    self.scalars = scalars
    self.evaluator = evaluator
  }

  package static func == (left: Literal, right: Literal) -> Bool {
    if left === right { return true }
    guard left.scalars.count == right.scalars.count, left.scalars.count <= mostCompared else { return false }
    return zip(left.scalars, right.scalars).allSatisfy { $0.bitPattern == $1.bitPattern }
  }

  package func hash(into hasher: inout Hasher) {
    if scalars.count <= Literal.mostCompared {
      for scalar in scalars { hasher.combine(scalar.bitPattern) }
    } else {
      hasher.combine(ObjectIdentifier(self))
    }
  }
}
