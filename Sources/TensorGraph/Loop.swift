/// The closed body of a loop: results as a function of the state, the iteration's number, and captured values.
///
/// What the body uses that does not depend on the state or the iteration is captured: computed once, outside.
/// Compared by identity.
package final class Loop: Hashable, Sendable {
  /// The largest number of iterations.
  package let count: Int
  package let state: [Placeholder]
  /// The iteration's number from 0, a scalar: rounded from 2²⁴ on.
  package let index: Placeholder
  /// The same number, exact: a ``Counter``, for draws.
  package let counter: Placeholder
  package let captures: [Placeholder]
  /// The next state, in the order of `state`.
  package let results: [Node]
  /// The state that tells which rows go on: the loop ends when no element of it differs from 0.
  package let activeState: Int?

  package init(
    count: Int, state: [Placeholder], index: Placeholder, counter: Placeholder, captures: [Placeholder],
    results: [Node], activeState: Int?
  ) {
    self.count = count
    self.state = state
    self.index = index
    self.counter = counter
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
    count: Int, initial: [Tensor], state: [Placeholder], index: Placeholder, counter: Placeholder, results: [Node],
    activeState: Int?, captured: [(Placeholder, Tensor)] = [], repeatsInside: Bool = false
  ) -> [Tensor] {
    let closed = close(results, over: Set(state + [index, counter] + captured.map(\.0)), repeatsInside)
    let loop = Loop(
      count: count, state: state, index: index, counter: counter,
      captures: captured.map(\.0) + closed.captures.map(\.0), results: closed.results, activeState: activeState)
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
