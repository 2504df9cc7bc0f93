internal import TensorGraph

/// An operation whose kernel may write its result over its first operand.
protocol InPlaceOperation: KernelOperation {}

extension Loop {
  /// The next states that may be written over the states they are made from, by the states' positions: elementwise
  /// functions and kernels that allow it, where nobody reads the state afterwards.
  ///
  /// - Parameter isInTile: whether a worker has the state's rows to itself. What reads it on the way to the next state then
  ///   comes first; else another tile may still be reading, unless each reads its own rows alone.
  func statesWrittenInPlace(isInTile: Bool) -> [(position: Int, node: Node)] {
    var readers: [ObjectIdentifier: [Node]] = [:]
    for node in Graph.order(results) {
      for input in Set(node.inputs.map(\.identity)) { readers[input, default: []].append(node) }
    }
    var uses: [ObjectIdentifier: Int] = [:]
    for result in results { uses[result.identity, default: 0] += 1 }
    return zip(state, results).enumerated().compactMap { position, pair in
      let (placeholder, node) = pair
      let state = ObjectIdentifier(placeholder)
      guard uses[state] == nil, uses[node.identity] == 1, node.shape == placeholder.shape,
        node.operation.mayWriteOver(node.inputs.map { $0.identity == state })
      else { return nil }
      let others = readers[state, default: []].filter { $0 !== node }
      if others.isEmpty { return (position, node) }
      let isSafe = others.allSatisfy {
        isInTile ? !$0.operation.isAlias : $0.operation.readsOwnRows(of: state, among: $0.inputs, like: node.shape)
      }
      guard isSafe else { return nil }
      let earlier = Set(Graph.order([node]).map(\.identity))
      return others.allSatisfy { earlier.contains($0.identity) } ? (position, node) : nil
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

  /// Whether element or row i of an operand is read for element or row i of the result alone.
  fileprivate func readsOwnRows(of operand: ObjectIdentifier, among inputs: [Node], like shape: [Int]) -> Bool {
    switch self {
    case .unary, .binary, .select: inputs.allSatisfy { $0.identity != operand || $0.shape == shape }
    case .composite(let composite):
      composite.operation is RowReading && inputs[0].identity == operand && inputs[1].identity != operand
    default: false
    }
  }

  /// Whether the result is the operand's memory.
  fileprivate var isAlias: Bool {
    if case .reshape = self { true } else { false }
  }
}
