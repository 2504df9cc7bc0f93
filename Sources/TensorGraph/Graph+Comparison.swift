/// What the structure of a graph tells before any number is computed.
extension Graph {
  /// Whether the results are made from one of the sources, derivatives or not.
  package static func depends(_ results: [Node], on sources: [Node]) -> Bool {
    let sought = Set(sources.map(\.identity))
    return order(results).contains { sought.contains($0.identity) }
  }

  /// Whether two graphs do the same operations on the same values, parameters and placeholders.
  package static func isSame(_ first: [Node], _ second: [Node]) -> Bool {
    var partners: [ObjectIdentifier: ObjectIdentifier] = [:]
    return isSame(first, second, &partners)
  }

  private static func isSame(
    _ first: [Node], _ second: [Node], _ partners: inout [ObjectIdentifier: ObjectIdentifier]
  ) -> Bool {
    let (left, right) = (order(first), order(second))
    guard first.count == second.count, left.count == right.count else { return false }
    for (a, b) in zip(left, right) {
      guard a.shape == b.shape, a.inputs.count == b.inputs.count else { return false }
      switch (a.operation, b.operation) {
      case (.placeholder, .placeholder): if (partners[a.identity] ?? a.identity) != b.identity { return false }
      case (.constant(let x), .constant(let y)):
        if x != y, !x.scalars.elementsEqual(y.scalars, by: { $0.bitPattern == $1.bitPattern }) { return false }
      case (.loop(let x), .loop(let y)):
        guard x.count == y.count, x.activeState == y.activeState, x.state.count == y.state.count,
          x.captures.count == y.captures.count
        else { return false }
        let (own, others) = (x.state + [x.index, x.counter] + x.captures, y.state + [y.index, y.counter] + y.captures)
        for (inner, other) in zip(own, others) {
          partners[inner.tensor.node.identity] = other.tensor.node.identity
        }
        if !isSame(x.results, y.results, &partners) { return false }
      default: if a.operation != b.operation { return false }
      }
      if !zip(a.inputs, b.inputs).allSatisfy({ partners[$0.identity] == $1.identity }) { return false }
      partners[a.identity] = b.identity
    }
    return zip(first, second).allSatisfy { partners[$0.identity] == $1.identity }
  }

  /// Whether the result is 0 whatever its parameters and placeholders are, as far as the operations alone tell: what
  /// reverse mode gives where nothing flows.
  package static func isZero(_ result: Node) -> Bool {
    var zeros = Set<ObjectIdentifier>()
    for node in order([result]) {
      func isZero(_ operand: Int) -> Bool { zeros.contains(node.inputs[operand].identity) }
      let all = !node.inputs.isEmpty && node.inputs.indices.allSatisfy(isZero)
      let vanishes =
        switch node.operation {
        case .constant(let literal): literal.scalars.allSatisfy { $0 == 0 }
        case .binary(.multiply): isZero(0) || isZero(1)
        case .binary(.divide): isZero(0)
        case .matrixProduct, .convolution: isZero(0) || isZero(1)
        case .select: isZero(1) && isZero(2)
        case .gatherRows, .scatterRows: isZero(0)
        case .unary(let operation): all && operation.value(0) == 0
        case .binary(.add), .binary(.subtract), .reduce, .reshape, .broadcast, .transpose, .slice, .pad, .concatenate,
          .resample, .stopGradient:
          all
        default: false
        }
      if vanishes { zeros.insert(node.identity) }
    }
    return zeros.contains(result.identity)
  }
}
