/// The closed body of a loop: results as a function of the state, the iteration's number, and captured values.
///
/// What the body uses that does not depend on the state or the iteration is captured: computed once, outside.
/// Compared by identity.
package final class Loop: Hashable, Sendable {
  /// The largest number of iterations.
  package let count: Int
  package let state: [Placeholder]
  /// The iteration's number from 0, a scalar.
  package let index: Placeholder
  package let captures: [Placeholder]
  /// The next state, in the order of `state`.
  package let results: [Node]
  /// The state that tells which rows go on: the loop ends when no element of it differs from 0.
  package let activeState: Int?

  package init(
    count: Int, state: [Placeholder], index: Placeholder, captures: [Placeholder], results: [Node], activeState: Int?
  ) {
    self.count = count
    self.state = state
    self.index = index
    self.captures = captures
    self.results = results
    self.activeState = activeState
  }

  package static func == (left: Loop, right: Loop) -> Bool { left === right }
  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }

  /// Builds a loop from an open body and returns its final states.
  ///
  /// - Parameters:
  ///   - captured: captures that are known already, with the values that stand for them outside.
  ///   - repeatsInside: whether the body repeats captured values along axes by itself, which saves memory. Not while a
  ///     graph is traced: a repeated value may be a variable that the loop is differentiated by.
  package static func build(
    count: Int, initial: [Tensor], state: [Placeholder], index: Placeholder, results: [Node], activeState: Int?,
    captured: [(Placeholder, Tensor)] = [], repeatsInside: Bool = false
  ) -> [Tensor] {
    let closed = close(results, over: Set(state + [index] + captured.map(\.0)), repeatsInside)
    let loop = Loop(
      count: count, state: state, index: index, captures: captured.map(\.0) + closed.captures.map(\.0),
      results: closed.results, activeState: activeState)
    let inputs = initial + captured.map(\.1) + closed.captures.map(\.1)
    let node = Tensor(Node(.loop(loop), inputs.map(\.node), shape: []))
    return results.enumerated().map { Tensor(Node(.loopResult($0), [node.node], shape: $1.shape)) }
  }

  /// Replaces what does not depend on `inner` placeholders by placeholders for captured values.
  private static func close(
    _ results: [Node], over inner: Set<Placeholder>, _ repeatsInside: Bool
  ) -> (results: [Node], captures: [(Placeholder, Tensor)]) {
    let order = Graph.order(results)
    var varies = Set<ObjectIdentifier>()
    for node in order {
      if case .placeholder(let placeholder) = node.operation, inner.contains(placeholder) {
        varies.insert(node.identity)
      } else if node.inputs.contains(where: { varies.contains($0.identity) }) {
        varies.insert(node.identity)
      }
    }
    // Constants of one element, and what only repeats or reshapes, cost nothing inside and a buffer outside.
    func staysInside(_ node: Node) -> Bool {
      switch node.operation {
      case .constant(let literal): literal.scalars.count == 1
      case .broadcast: repeatsInside || staysInside(node.inputs[0])
      default: false
      }
    }
    var needed = Set(results.map(\.identity))
    var inside = Set<ObjectIdentifier>()
    for node in order.reversed() where needed.contains(node.identity) {
      if varies.contains(node.identity) || staysInside(node) {
        inside.insert(node.identity)
        needed.formUnion(node.inputs.map(\.identity))
      }
    }
    var captures: [(Placeholder, Tensor)] = []
    var replacements: [ObjectIdentifier: Node] = [:]
    for node in order where needed.contains(node.identity) && !inside.contains(node.identity) {
      let placeholder = Placeholder("captured", shape: node.shape)
      captures.append((placeholder, Tensor(node)))
      replacements[node.identity] = placeholder.tensor.node
    }
    return (Graph.substitute(results, replacements), captures)
  }
}

extension Placeholder {
  package var tensor: Tensor { Tensor(Node(.placeholder(self), [], shape: shape)) }
}

extension Tensor {
  /// Runs `body` `count` times on a state of several tensors, inside one program.
  ///
  /// The body is traced once. What it uses that does not depend on its arguments is computed once, before the
  /// loop. Shapes of the state do not change. `random` is given to the body so that each iteration draws anew.
  ///
  /// - Parameters:
  ///   - count: number of iterations, at least 0.
  ///   - initial: the state before the first iteration.
  ///   - random: the stream that the body draws from.
  ///   - body: the state after one iteration, given the state before, the iteration's number from 0 (a scalar) and
  ///     the stream.
  /// - Returns: the state after the last iteration.
  public static func iterate(
    _ count: Int, from initial: [Tensor], random: RandomStream = RandomStream(),
    body: (_ state: [Tensor], _ iteration: Tensor, _ random: inout RandomStream) -> [Tensor]
  ) -> [Tensor] {
    precondition(count >= 0, "iterate: count \(count) is negative")
    if count == 0 || initial.isEmpty { return initial }
    let (state, index, results) = trace(count, initial, random, body)
    return Loop.build(
      count: count, initial: initial, state: state, index: index, results: results.map(\.node), activeState: nil)
  }

  /// Runs `body` while any row is active, at most `limit` times. Rows that are not active keep their state.
  ///
  /// - Parameters:
  ///   - limit: the largest number of iterations.
  ///   - initial: the state before the first iteration. Tensors whose first axis is the mask's change only in the
  ///     active rows; others change in every iteration.
  ///   - isActive: from a state, the mask `[batch]` or `[]` of rows that go on (not 0). A row that has stopped does
  ///     not start again.
  ///   - body: as in `iterate`.
  public static func iterate(
    atMost limit: Int, from initial: [Tensor], while isActive: ([Tensor]) -> Tensor,
    random: RandomStream = RandomStream(),
    body: (_ state: [Tensor], _ iteration: Tensor, _ random: inout RandomStream) -> [Tensor]
  ) -> [Tensor] {
    precondition(limit >= 0, "iterate: limit \(limit) is negative")
    let mask = isActive(initial)
    precondition(mask.rank <= 1, "iterate: the mask's shape \(mask.shape) must be [batch] or []")
    if limit == 0 { return initial }
    let (state, index, results) = trace(limit, initial + [mask], random) { state, iteration, random in
      guard let active = state.last else { return [] }
      let before = Array(state.dropLast())
      let after = zip(before, body(before, iteration, &random)).map { old, new in
        let isPerRow = active.rank == 0 || (old.rank > 0 && old.shape[0] == active.shape[0])
        guard isPerRow else { return new }
        let rows = active.rank == 0 ? active : active.reshaped(active.shape + old.shape.dropFirst().map { _ in 1 })
        return Tensor.select(rows, new, old)
      }
      return after + [Tensor.select(active, isActive(after), Tensor(constant: 0)).broadcast(to: active.shape)]
    }
    let final = Loop.build(
      count: limit, initial: initial + [mask], state: state, index: index, results: results.map(\.node),
      activeState: initial.count)
    return Array(final.dropLast())
  }

  private static func trace(
    _ count: Int, _ initial: [Tensor], _ random: RandomStream,
    _ body: ([Tensor], Tensor, inout RandomStream) -> [Tensor]
  ) -> (state: [Placeholder], index: Placeholder, results: [Tensor]) {
    let state = initial.map { Placeholder("state", shape: $0.shape) }
    let index = Placeholder("iteration", shape: [])
    // A part of its own: draws of the surroundings after the loop would repeat its first iteration's.
    var stream = random.split("iteration")
    // Inside nested loops the iteration counts through both: outer × count + inner.
    stream.iteration = random.iteration.map { $0 * Float(count) + index.tensor } ?? index.tensor
    let results = body(state.map(\.tensor), index.tensor, &stream)
    precondition(
      results.map(\.shape) == initial.map(\.shape),
      "iterate: the state's shapes \(initial.map(\.shape)) became \(results.map(\.shape))")
    return (state, index, results)
  }
}
