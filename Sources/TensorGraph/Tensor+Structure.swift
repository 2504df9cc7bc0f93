extension Tensor {
  /// Whether the tensor is made from one of the sources, whether or not derivatives flow.
  public func depends(on sources: [Tensor]) -> Bool { Graph.depends([node], on: sources.map(\.node)) }

  /// Whether the elements are 0 whatever parameters and arguments are, as far as the operations alone tell: such is the
  /// gradient of what a loss is not made from.
  public var isStructurallyZero: Bool { Graph.isZero(node) }
}

extension [Tensor] {
  /// Whether these are the same operations on the same values, parameters and arguments as others.
  public func isSameComputation(as others: [Tensor]) -> Bool { Graph.isSame(map(\.node), others.map(\.node)) }
}
