/// Walks and rewrites of graphs.
package enum Graph {
  /// All nodes that the results depend on, inputs before users, in an order that depends on the graph alone.
  ///
  /// - Parameter isOpen: whether the walk goes on to a node's inputs; it does everywhere by default.
  package static func order(_ results: [Node], where isOpen: (Node) -> Bool = { _ in true }) -> [Node] {
    var order: [Node] = []
    var seen = Set<ObjectIdentifier>()
    // An explicit stack: unrolled chains are deeper than a thread's stack.
    var stack: [(node: Node, next: Int)] = []
    for result in results where seen.insert(result.identity).inserted {
      stack.append((result, 0))
      while let (node, next) = stack.last {
        if next == node.inputs.count || !isOpen(node) {
          order.append(node)
          stack.removeLast()
        } else {
          stack[stack.count - 1].next += 1
          let input = node.inputs[next]
          if seen.insert(input.identity).inserted { stack.append((input, 0)) }
        }
      }
    }
    return order
  }

  /// The results with some nodes replaced by others of the same shape.
  package static func substitute(_ results: [Node], _ replacements: [ObjectIdentifier: Node]) -> [Node] {
    if replacements.isEmpty { return results }
    var rewritten: [ObjectIdentifier: Node] = [:]
    for node in order(results) {
      let inputs = node.inputs.map { rewritten[$0.identity] ?? $0 }
      if let replacement = replacements[node.identity] {
        rewritten[node.identity] = replacement
      } else if zip(inputs, node.inputs).contains(where: { $0 !== $1 }) {
        rewritten[node.identity] = Node(node.operation, inputs, shape: node.shape, origin: node.origin)
      }
    }
    return results.map { rewritten[$0.identity] ?? $0 }
  }

  /// The results with placeholders replaced by tensors, as a call replaces a function's arguments.
  package static func substitute(_ results: [Node], placeholders: [Placeholder: Node]) -> [Node] {
    var replacements: [ObjectIdentifier: Node] = [:]
    for node in order(results) {
      if case .placeholder(let placeholder) = node.operation, let value = placeholders[placeholder] {
        replacements[node.identity] = value
      }
    }
    return substitute(results, replacements)
  }

  /// The final states of a loop written out as so many copies of its body.
  static func unrolled(_ loop: Loop, inputs: [Node]) -> [Node] {
    var state = Array(inputs.prefix(loop.state.count))
    let captures = zip(loop.captures, inputs.dropFirst(loop.state.count))
    for iteration in 0..<loop.count {
      var values = Dictionary(uniqueKeysWithValues: captures)
      for (placeholder, value) in zip(loop.state, state) { values[placeholder] = value }
      values[loop.index] = Tensor(constant: Float(iteration)).node
      values[loop.counter] = Counter.constant(iteration).node
      let results = substitute(loop.results, placeholders: values)
      state = loop.activeState.map { stopping(results, state, mask: Tensor(state[$0])) } ?? results
    }
    return state
  }

  /// The next states, where those that do not go by the mask's rows stay what they are once no row is active, as they
  /// do in a loop that has ended.
  private static func stopping(_ results: [Node], _ state: [Node], mask: Tensor) -> [Node] {
    let isAnyActive = (1 - (mask .== 0)).sum() .> 0
    return zip(results, state).map { new, old in
      if mask.rank == 0 || old.shape.first == mask.shape[0] { return new }
      return Tensor.select(isAnyActive, Tensor(new), Tensor(old)).node
    }
  }

  /// The results with those loops written out for which `isNeeded` holds and to which derivatives flow, so that
  /// reverse mode can pass.
  static func unrollingLoops(_ results: [Node], where isNeeded: (Node) -> Bool) -> [Node] {
    var current = results
    while true {
      let order = order(current) { !$0.operation.stopsGradient }
      guard let node = order.first(where: { if case .loop = $0.operation { isNeeded($0) } else { false } }),
        case .loop(let loop) = node.operation
      else { return current }
      let states = unrolled(loop, inputs: node.inputs)
      var replacements: [ObjectIdentifier: Node] = [:]
      for user in order where user.inputs.first === node {
        if case .loopResult(let position) = user.operation { replacements[user.identity] = states[position] }
      }
      current = substitute(current, replacements)
    }
  }
}
