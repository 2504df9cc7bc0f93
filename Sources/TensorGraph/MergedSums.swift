extension Graph {
  /// The results with loops that only add up, are equally long and do not need each other's sums made one, so that what
  /// their iterations have in common is computed once: a sum and its gradient, above all.
  static func mergingSums(_ results: [Node]) -> [Node] {
    var current = results
    while let (first, second) = pairOfSums(order(current)) { current = merging(first, second, in: current) }
    return current
  }

  private static func pairOfSums(_ order: [Node]) -> (Node, Node)? {
    var sums: [(node: Node, loop: Loop)] = []
    for node in order {
      guard case .loop(let loop) = node.operation, loop.addends != nil else { continue }
      for (earlier, other) in sums where other.count == loop.count {
        let needs = Graph.order(node.inputs).contains { $0 === earlier }
        if !needs, canMerge(other, earlier.inputs, loop, node.inputs) { return (earlier, node) }
      }
      sums.append((node, loop))
    }
    return nil
  }

  /// Whether no placeholder stands for two things.
  private static func canMerge(_ a: Loop, _ first: [Node], _ b: Loop, _ second: [Node]) -> Bool {
    let own = Dictionary(zip(a.captures, first.dropFirst(a.state.count)), uniquingKeysWith: { one, _ in one })
    let agree = zip(b.captures, second.dropFirst(b.state.count)).allSatisfy { capture, value in
      own[capture].map { $0.identity == value.identity } ?? true
    }
    return agree && Set(a.state).isDisjoint(with: b.state)
  }

  private static func merging(_ first: Node, _ second: Node, in results: [Node]) -> [Node] {
    guard case .loop(let a) = first.operation, case .loop(let b) = second.operation else { return results }
    let known = Set(a.captures)
    let added = b.captures.indices.filter { !known.contains(b.captures[$0]) }
    let merged = Loop(
      count: a.count, state: a.state + b.state, index: a.index, counter: a.counter,
      captures: a.captures + added.map { b.captures[$0] },
      results: a.results
        + substitute(b.results, placeholders: [b.index: a.index.tensor.node, b.counter: a.counter.tensor.node]),
      activeState: nil)
    let inputs =
      first.inputs[..<a.state.count] + second.inputs[..<b.state.count] + first.inputs[a.state.count...]
      + added.map { second.inputs[b.state.count + $0] }
    let node = Node(.loop(merged), Array(inputs), shape: first.shape, origin: first.origin)
    var replacements: [ObjectIdentifier: Node] = [:]
    for user in order(results) {
      guard case .loopResult(let position) = user.operation else { continue }
      let offset = user.inputs[0] === first ? 0 : user.inputs[0] === second ? a.state.count : nil
      guard let offset else { continue }
      replacements[user.identity] = Node(.loopResult(position + offset), [node], shape: user.shape, origin: user.origin)
    }
    return substitute(results, replacements)
  }
}
