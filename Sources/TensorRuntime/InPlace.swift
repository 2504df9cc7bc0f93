internal import TensorGraph

/// An operation whose kernel may write its result over its first operand.
protocol InPlaceOperation: KernelOperation {}

extension Loop {
  /// The next states that may be written over the states they are made from, by the states' positions: elementwise
  /// functions and kernels that allow it, where nothing else in the body reads the state or is given it.
  var statesWrittenInPlace: [(position: Int, node: Node)] {
    var readers: [ObjectIdentifier: Int] = [:]
    for node in Graph.order(results) {
      for input in Set(node.inputs.map(\.identity)) { readers[input, default: 0] += 1 }
    }
    var uses: [ObjectIdentifier: Int] = [:]
    for result in results { uses[result.identity, default: 0] += 1 }
    return zip(state, results).enumerated().compactMap { position, pair in
      let (placeholder, node) = pair
      let state = ObjectIdentifier(placeholder)
      guard readers[state] == 1, uses[state] == nil, uses[node.identity] == 1, node.shape == placeholder.shape,
        node.operation.mayWriteOver(node.inputs.map { $0.identity == state })
      else { return nil }
      return (position, node)
    }
  }
}

extension Operation {
  /// Whether the result may take the place of those operands.
  fileprivate func mayWriteOver(_ operands: [Bool]) -> Bool {
    switch self {
    case .unary, .binary, .select: operands.contains(true)
    case .composite(let composite):
      composite.operation is any InPlaceOperation && operands[0] && !operands.dropFirst().contains(true)
    default: false
    }
  }
}
