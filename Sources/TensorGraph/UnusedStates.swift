extension Graph {
  /// The results with loops that carry only the states somebody looks at, or that those are made from.
  ///
  /// What a loop sums up for whoever may ask, such as diagnostics of a chain, then costs nothing where nobody does.
  static func withoutUnusedStates(_ results: [Node]) -> [Node] {
    let order = order(results)
    var used: [ObjectIdentifier: Set<Int>] = [:]
    for node in order {
      if case .loopResult(let position) = node.operation {
        used[node.inputs[0].identity, default: []].insert(position)
      }
    }
    var parts: [ObjectIdentifier: LoopPart] = [:]
    for node in order {
      guard case .loop(let loop) = node.operation else { continue }
      let part = LoopPart(of: loop, for: used[node.identity] ?? [])
      if part.states.count < loop.state.count { parts[node.identity] = part }
    }
    if parts.isEmpty { return results }
    var rewritten: [ObjectIdentifier: Node] = [:]
    for node in order {
      let inputs = node.inputs.map { rewritten[$0.identity] ?? $0 }
      var (operation, kept) = (node.operation, inputs)
      if case .loop(let loop) = operation, let part = parts[node.identity] {
        operation = .loop(part.loop(loop))
        kept = part.states.map { inputs[$0] } + part.captures.map { inputs[loop.state.count + $0] }
      } else if case .loopResult(let position) = operation, let part = parts[node.inputs[0].identity],
        let place = part.states.firstIndex(of: position)
      {
        operation = .loopResult(place)
      } else if zip(inputs, node.inputs).allSatisfy({ $0 === $1 }) {
        continue
      }
      rewritten[node.identity] = Node(operation, kept, shape: node.shape, origin: node.origin)
    }
    return results.map { rewritten[$0.identity] ?? $0 }
  }
}

/// The states of a loop that count, and the captured values that those are made from, by their places.
private struct LoopPart {
  let states: [Int]
  let captures: [Int]

  init(of loop: Loop, for used: Set<Int>) {
    let stateOf = Dictionary(uniqueKeysWithValues: loop.state.enumerated().map { ($1, $0) })
    let captureOf = Dictionary(uniqueKeysWithValues: loop.captures.enumerated().map { ($1, $0) })
    var (live, captured) = (used.union(loop.activeState.map { [$0] } ?? []), Set<Int>())
    // A loop that nobody looks at keeps one state.
    if live.isEmpty, !loop.state.isEmpty { live = [0] }
    var waiting = live.map { loop.results[$0] }
    var seen = Set<ObjectIdentifier>()
    while let node = waiting.popLast() {
      guard seen.insert(node.identity).inserted else { continue }
      if case .placeholder(let placeholder) = node.operation {
        if let state = stateOf[placeholder], live.insert(state).inserted { waiting.append(loop.results[state]) }
        if let capture = captureOf[placeholder] { captured.insert(capture) }
      }
      waiting += node.inputs
    }
    states = live.sorted()
    captures = captured.sorted()
  }

  func loop(_ loop: Loop) -> Loop {
    Loop(
      count: loop.count, state: states.map { loop.state[$0] }, index: loop.index, counter: loop.counter,
      captures: captures.map { loop.captures[$0] }, results: states.map { loop.results[$0] },
      activeState: loop.activeState.flatMap { states.firstIndex(of: $0) })
  }
}
