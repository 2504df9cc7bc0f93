/// Forward mode: the change of each result when the variables move along the tangents, as a graph.
///
/// J·v = d/dt result(variable + t · tangent) at t = 0. Loops stay loops.
///
/// - Parameters:
///   - results: expressions made from the variables.
///   - variables: placeholders, parameters or any expressions.
///   - tangents: directions, in the shapes of the variables.
/// - Returns: for each result its change, in its shape; zeros where nothing flows.
public func jacobianVectorProduct(
  of results: [Tensor], withRespectTo variables: [Tensor], along tangents: [Tensor]
) -> [Tensor] {
  precondition(
    variables.map(\.shape) == tangents.map(\.shape),
    "jacobianVectorProduct: variables \(variables.map(\.shape)) and tangents \(tangents.map(\.shape)) differ in shape")
  var seeds: [ObjectIdentifier: Tensor] = [:]
  for (variable, tangent) in zip(variables, tangents) { seeds[variable.node.identity] = tangent }
  let found = pushforward(results.map(\.node), seeds)
  return zip(results, found).map { $1 ?? Tensor(constant: 0).broadcast(to: $0.shape) }
}

/// The tangents of the results given those of some nodes; nil for zero.
private func pushforward(_ results: [Node], _ seeds: [ObjectIdentifier: Tensor]) -> [Tensor?] {
  var tangents = seeds
  var loops: [ObjectIdentifier: [Tensor?]] = [:]
  for node in Graph.order(results) where seeds[node.identity] == nil && !node.inputs.isEmpty {
    let changes = node.inputs.map { tangents[$0.identity] }
    switch node.operation {
    case .loop(let loop):
      if changes.contains(where: { $0 != nil }) {
        loops[node.identity] = pushforward(loop, node.inputs.map(Tensor.init), changes)
      }
    case .loopResult(let position):
      tangents[node.identity] = loops[node.inputs[0].identity]?[position]
    default:
      if changes.contains(where: { $0 != nil }) { tangents[node.identity] = change(of: node, changes) }
    }
  }
  return results.map { tangents[$0.identity] }
}

/// The tangent of a node given those of its inputs, one of them at least not zero.
private func change(of node: Node, _ changes: [Tensor?]) -> Tensor? {
  let inputs = node.inputs.map(Tensor.init)
  let y = Tensor(node)
  // Linear in its first input: the same operation on the tangent.
  func same(_ tangent: Tensor?) -> Tensor? {
    tangent.map { Tensor.apply(node.operation, [$0] + inputs.dropFirst(), shape: node.shape) }
  }
  switch node.operation {
  case .constant, .placeholder, .parameter, .random, .nestedCounter, .stopGradient, .loop, .loopResult, .pack:
    return nil
  case .unary(let operation):
    guard let tangent = changes[0] else { return nil }
    return operation.derivative(inputs[0], y).map { tangent * $0 }
  case .binary(let operation):
    return sum(
      changes.enumerated().map { operand, tangent in
        tangent.flatMap { operation.partial(operand: operand, inputs[0], inputs[1], y).times($0) }
      }, node.shape)
  case .select:
    let zero = Tensor(constant: 0)
    return Tensor.select(inputs[0], changes[1] ?? zero, changes[2] ?? zero).broadcast(to: node.shape)
  case .reduce(let reduction):
    guard reduction.kind == .maximum else { return same(changes[0]) }
    return changes[0].map {
      ($0 * Tensor.maximumShare(inputs[0], y, reduction.axes)).sum(alongAxes: reduction.axes, keepingDimensions: true)
    }
  case .matrixProduct, .convolution:
    let left = changes[0].map { Tensor.apply(node.operation, [$0, inputs[1]], shape: node.shape) }
    let right = changes[1].map { Tensor.apply(node.operation, [inputs[0], $0], shape: node.shape) }
    return sum([left, right], node.shape)
  case .resample, .reshape, .broadcast, .transpose, .slice, .pad, .gatherRows, .scatterRows:
    return same(changes[0])
  case .composite(let composite):
    return composite.operation.pushforward(inputs, changes)
  case .concatenate:
    let parts = zip(changes, inputs).map { $0 ?? Tensor(constant: 0).broadcast(to: $1.shape) }
    return Tensor.apply(node.operation, parts, shape: node.shape)
  }
}

private func sum(_ terms: [Tensor?], _ shape: [Int]) -> Tensor? {
  let present = terms.compactMap { $0 }
  guard let first = present.first else { return nil }
  return present.dropFirst().reduce(first) { $0 + $1 }.broadcast(to: shape)
}

/// The tangents of a loop's final states: a loop over states and their tangents.
private func pushforward(_ loop: Loop, _ inputs: [Tensor], _ changes: [Tensor?]) -> [Tensor?] {
  let width = loop.state.count
  let directions = loop.state.map { Placeholder("tangent", shape: $0.shape) }
  var seeds: [ObjectIdentifier: Tensor] = [:]
  for (placeholder, direction) in zip(loop.state, directions) {
    seeds[ObjectIdentifier(placeholder)] = direction.tensor
  }
  for (placeholder, change) in zip(loop.captures, changes.dropFirst(width)) {
    seeds[ObjectIdentifier(placeholder)] = change
  }
  let moved = zip(pushforward(loop.results, seeds), loop.state).map {
    $0 ?? Tensor(constant: 0).broadcast(to: $1.shape)
  }
  let starts = zip(changes, loop.state).map { $0 ?? Tensor(constant: 0).broadcast(to: $1.shape) }
  let final = Loop.build(
    count: loop.count, initial: Array(inputs.prefix(width)) + starts, state: loop.state + directions,
    index: loop.index, counter: loop.counter, results: loop.results + moved.map(\.node), activeState: loop.activeState,
    captured: Array(zip(loop.captures, inputs.dropFirst(width))))
  return final.dropFirst(width).map { $0 }
}
