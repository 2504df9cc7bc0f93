public import TensorGraph
internal import TensorRuntime

extension Tensor {
  /// A value with these elements in row-major order.
  ///
  /// - Precondition: as many elements as the shape has; at most 6 axes.
  public init(_ scalars: [Float], shape: [Int]) {
    precondition(
      shape.count <= Tensor.maximumRank && shape.allSatisfy { $0 >= 0 } && scalars.count == shape.elementCount,
      "Tensor: \(scalars.count) elements do not fill shape \(shape)")
    self.init(Literal(scalars, evaluator: ProgramEvaluator()), shape: shape)
  }

  /// A vector.
  public init(_ scalars: [Float]) {
    self.init(scalars, shape: [scalars.count])
  }

  /// A scalar.
  public init(_ value: Float) {
    self.init([value], shape: [])
  }

  /// A matrix from rows of equal length.
  public init(rows: [[Float]]) {
    let columns = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == columns }, "Tensor: rows of lengths \(rows.map(\.count)) differ")
    self.init(rows.flatMap { $0 }, shape: [rows.count, columns])
  }

  /// A value whose elements are all the same. One of more than a million elements is an expression, which takes no memory.
  public init(repeating value: Float, shape: [Int]) {
    if shape.elementCount > Tensor.mostElementsSpread {
      self = Tensor(value).broadcast(to: shape)
    } else {
      self.init([Float](repeating: value, count: shape.elementCount), shape: shape)
    }
  }

  /// The elements in row-major order. Reading an expression without placeholders and parameters evaluates it.
  public var scalars: [Float] { literal?.scalars ?? ProgramEvaluator().evaluate(node) }

  /// The one element of a tensor that has one.
  public var scalar: Float {
    precondition(elementCount == 1, "scalar: shape \(shape) is not of one element")
    return scalars[0]
  }
}

extension Tensor: CustomStringConvertible {
  /// The shape, and the elements of a small value.
  public var description: String {
    guard isValue, elementCount <= 64 else { return "Tensor\(shape)" }
    return "Tensor\(shape) \(scalars)"
  }
}

/// Runs an operation on values at once, as a program of one node.
private struct ProgramEvaluator: TensorEvaluator {
  func evaluate(_ node: Node) -> [Float] {
    Program(inputs: [], results: [Tensor(node)]).run([]) { Array($0[0]) }
  }
}
