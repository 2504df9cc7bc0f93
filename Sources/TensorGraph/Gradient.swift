/// Reverse mode: the gradient of a scalar as a graph, itself differentiable.
///
/// Only nodes on a path from `variables` to `scalar` are differentiated. Loops on such a path are written out, except those
/// that only add up (`Tensor.sum(over:of:)`), whose gradients are such loops again.
///
/// - Parameters:
///   - scalar: a tensor of one element.
///   - variables: placeholders, parameters or any expressions that `scalar` is made from.
/// - Returns: d scalar / d variable for each variable, in its shape; zeros where nothing flows.
public func gradient(of scalar: Tensor, withRespectTo variables: [Tensor]) -> [Tensor] {
  precondition(scalar.elementCount == 1, "gradient: shape \(scalar.shape) is not of one element")
  return pullback(of: [scalar], along: [Tensor(constant: 1).broadcast(to: scalar.shape)], withRespectTo: variables)
}

/// The gradient with respect to one variable.
public func gradient(of scalar: Tensor, withRespectTo variable: Tensor) -> Tensor {
  gradient(of: scalar, withRespectTo: [variable])[0]
}

/// Vector–Jacobian product: Σ cotangent · d result / d variable, for each variable.
///
/// For energies `[batch]` that do not mix rows, cotangents of 1 give all rows' gradients at once.
public func pullback(
  of results: [Tensor], along cotangents: [Tensor], withRespectTo variables: [Tensor]
) -> [Tensor] {
  precondition(
    results.map(\.shape) == cotangents.map(\.shape),
    "pullback: results \(results.map(\.shape)) and cotangents \(cotangents.map(\.shape)) differ in shape")
  refuseValues(variables, results)
  let sought = Set(variables.map { $0.node.identity })
  // Variables are rewritten along with the results: one may be what a loop yields to another.
  let written = Graph.unrollingLoops((results + variables).map(\.node)) { loop in
    if case .loop(let body) = loop.operation, body.addends != nil { return false }
    return Graph.order([loop]) { !$0.operation.stopsGradient }.contains { sought.contains($0.identity) }
  }
  let roots = Array(written.prefix(results.count))
  let variableNodes = written.dropFirst(results.count)
  let targets = Set(variableNodes.map(\.identity))
  let order = Graph.order(roots) { !$0.operation.stopsGradient }
  var depends = targets
  for node in order where node.inputs.contains(where: { depends.contains($0.identity) }) {
    if node.operation.stopsGradient { continue }
    depends.insert(node.identity)
  }

  var gradients: [ObjectIdentifier: Tensor] = [:]
  func add(_ gradient: Tensor, to node: Node) {
    let key = node.identity
    gradients[key] = gradients[key].map { $0 + gradient } ?? gradient
  }
  for (root, cotangent) in zip(roots, cotangents) where depends.contains(root.identity) {
    add(cotangent, to: root)
  }
  // Gradients with respect to the final states of loops, by position.
  var loops: [ObjectIdentifier: [Int: Tensor]] = [:]
  for node in order.reversed() where !node.inputs.isEmpty {
    if case .loop(let loop) = node.operation, let found = loops[node.identity], let addends = loop.addends {
      let inputs = node.inputs.map(Tensor.init)
      let moving = inputs.indices.filter { depends.contains(node.inputs[$0].identity) }
      for (operand, gradient) in loop.pullback(addends: addends, inputs, found, operands: moving) {
        add(gradient, to: node.inputs[operand])
      }
      continue
    }
    guard depends.contains(node.identity), let gradient = gradients[node.identity] else { continue }
    if case .loopResult(let position) = node.operation {
      loops[node.inputs[0].identity, default: [:]][position] = gradient
    }
    for (operand, input) in node.inputs.enumerated() where depends.contains(input.identity) {
      if let contribution = contribution(of: node, operand: operand, gradient) { add(contribution, to: input) }
    }
    // Interior gradients are not read again.
    if !targets.contains(node.identity) { gradients[node.identity] = nil }
  }
  return variableNodes.map {
    gradients[$0.identity] ?? Tensor(constant: 0).broadcast(to: $0.shape)
  }
}

/// Functions of plain values are values themselves and have forgotten what they were made from: their derivative would be
/// zeros, silently.
private func refuseValues(_ variables: [Tensor], _ results: [Tensor]) {
  let values = variables.filter { if case .constant = $0.node.operation { true } else { false } }
  guard !values.isEmpty else { return }
  let known = Set(Graph.order(results.map(\.node)).map(\.identity))
  if let value = values.first(where: { !known.contains($0.node.identity) }) {
    preconditionFailure(
      "gradient: a value of shape \(value.shape) is what to differentiate by; expected a placeholder, a parameter or an"
        + " expression, such as an argument of a compiled function")
  }
}

/// What `g`, the gradient with respect to a node, gives to one of its inputs; nil for nothing.
private func contribution(of node: Node, operand: Int, _ g: Tensor) -> Tensor? {
  let inputs = node.inputs.map(Tensor.init)
  let x = inputs[operand]
  let y = Tensor(node)
  switch node.operation {
  case .constant, .placeholder, .parameter, .stopGradient, .random, .nestedCounter, .loopResult:
    return nil
  case .unary(let operation):
    return operation.derivative(x, y).map { g * $0 }
  case .binary(let operation):
    return operation.partial(operand: operand, inputs[0], inputs[1], y).times(g)?.summed(to: x.shape)
  case .select:
    let zero = Tensor(constant: 0)
    switch operand {
    case 1: return Tensor.select(inputs[0], g, zero).summed(to: x.shape)
    case 2: return Tensor.select(inputs[0], zero, g).summed(to: x.shape)
    default: return nil
    }
  case .reduce(let reduction):
    switch reduction.kind {
    case .sum: return g.broadcast(to: x.shape)
    case .maximum: return g * Tensor.maximumShare(x, y, reduction.axes)
    }
  case .matrixProduct(let product):
    return product.pullback(operand: operand, inputs[0], inputs[1], g)
  case .convolution(let convolution):
    return convolution.pullback(operand: operand, inputs[0], inputs[1], g)
  case .resample(let resampling):
    return g.resampled(resampling.transposed)
  case .reshape:
    return g.reshaped(x.shape)
  case .broadcast:
    return g.summed(to: x.shape)
  case .transpose(let permutation):
    return g.transposed(permutation.indices.map { axis in permutation.firstIndex(of: axis) ?? axis })
  case .slice(let slice):
    return g.padded(before: slice.starts, after: zip(x.shape, slice.ends).map { $0 - $1 })
  case .pad(let padding):
    return g.sliced(starts: padding.before, ends: zip(padding.before, x.shape).map { $0 + $1 })
  case .concatenate(let axis):
    let start = inputs[..<operand].map { $0.shape[axis] }.reduce(0, +)
    return g.sliced(alongAxis: axis, start..<(start + x.shape[axis]))
  case .gatherRows:
    return operand == 0 ? g.scatteringRows(at: inputs[1], count: x.shape[0]) : nil
  case .scatterRows:
    return operand == 0 ? g.gatheringRows(at: inputs[1]) : nil
  case .composite(let composite):
    return composite.operation.pullback(operand: operand, inputs, y, g)
  case .loop, .pack:
    preconditionFailure("gradient: \(node.operation.name) is not differentiated")
  }
}
