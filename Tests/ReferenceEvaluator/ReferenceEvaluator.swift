package import TensorGraph

/// The slow, obvious evaluator of graphs: Doubles, plain loops over multi-indices, each node once.
///
/// It shares no code with the runtime, so that agreement says something. Operations are those of `Operation`; shapes
/// are worked out again from the operands and compared with what the graph says.
package struct ReferenceEvaluator {
  /// The numbers of a draw in a loop's iteration (0 outside loops), in row-major order.
  package typealias Draw = (_ draw: RandomDraw, _ iteration: Int) -> [Double]

  private let draw: Draw
  /// Applied to each result of arithmetic, and to each partial sum: the identity, or a model of rounding.
  let rounding: (Double) -> Double

  /// An evaluator that draws from Philox 4x32-10 under a key.
  package init(key: (UInt32, UInt32) = (0, 0), rounding: @escaping (Double) -> Double = { $0 }) {
    self.init(draw: { Philox(key: key).numbers($0, iteration: $1) }, rounding: rounding)
  }

  /// An evaluator with random numbers of the caller's choice.
  package init(draw: @escaping Draw, rounding: @escaping (Double) -> Double = { $0 }) {
    self.draw = draw
    self.rounding = rounding
  }

  /// The elements of each result.
  package func values(
    of results: [Tensor], placeholders: [Placeholder: [Double]] = [:], parameters: [Parameter: [Double]] = [:]
  ) -> [[Double]] {
    var bound: [ObjectIdentifier: ReferenceArray] = [:]
    for (placeholder, scalars) in placeholders {
      bound[ObjectIdentifier(placeholder)] = ReferenceArray(shape: placeholder.shape, scalars: scalars)
    }
    for (parameter, scalars) in parameters {
      bound[ObjectIdentifier(parameter)] = ReferenceArray(shape: parameter.shape, scalars: scalars)
    }
    return evaluate(results.map(\.node), bound).map(\.scalars)
  }

  /// The values of nodes, given those of placeholders and parameters by their identity.
  private func evaluate(_ results: [Node], _ bound: [ObjectIdentifier: ReferenceArray]) -> [ReferenceArray] {
    var values = bound
    var finalStates: [ObjectIdentifier: [ReferenceArray]] = [:]
    func value(_ node: Node) -> ReferenceArray {
      guard let value = values[node.identity] else {
        preconditionFailure("reference: \(node.operation.name) of shape \(node.shape) has no value")
      }
      return value
    }
    for node in Graph.order(results) {
      switch node.operation {
      case .placeholder, .parameter: break
      case .loop(let loop): finalStates[node.identity] = run(loop, node.inputs.map(value))
      case .composite(let composite): values[node.identity] = compose(composite.operation, node.inputs.map(value))
      case .loopResult(let position): values[node.identity] = finalStates[node.inputs[0].identity]?[position]
      default: values[node.identity] = apply(node, node.inputs.map(value))
      }
      if case .loop = node.operation { continue }
      precondition(
        value(node).shape == node.shape,
        "reference: \(node.operation.name) says shape \(node.shape) and gives \(value(node).shape)")
    }
    return results.map(value)
  }

  /// What an operation of its own type is composed of, evaluated.
  private func compose(_ operation: any CompositeOperation, _ inputs: [ReferenceArray]) -> ReferenceArray {
    let operands = inputs.map { Placeholder("operand", shape: $0.shape) }
    let bound = zip(operands, inputs).map { (ObjectIdentifier($0), $1) }
    return evaluate(
      [operation.composition(operands.map(\.tensor)).node], Dictionary(uniqueKeysWithValues: bound))[0]
  }

  /// Runs the body again and again on the state, until no element of the active state differs from 0.
  private func run(_ loop: Loop, _ inputs: [ReferenceArray]) -> [ReferenceArray] {
    var state = Array(inputs.prefix(loop.state.count))
    for iteration in 0..<loop.count {
      if let active = loop.activeState, state[active].scalars.allSatisfy({ $0 == 0 }) { break }
      var bound: [ObjectIdentifier: ReferenceArray] = [:]
      for (placeholder, value) in zip(loop.state, state) { bound[ObjectIdentifier(placeholder)] = value }
      for (placeholder, value) in zip(loop.captures, inputs.dropFirst(loop.state.count)) {
        bound[ObjectIdentifier(placeholder)] = value
      }
      bound[ObjectIdentifier(loop.index)] = ReferenceArray(shape: [], scalars: [Double(iteration)])
      bound[ObjectIdentifier(loop.counter)] = counter(iteration)
      state = evaluate(loop.results, bound)
    }
    return state
  }

  private func counter(_ number: Int) -> ReferenceArray {
    ReferenceArray(shape: [Counter.digitCount], scalars: Counter.digits(number).map(Double.init))
  }

  private func apply(_ node: Node, _ inputs: [ReferenceArray]) -> ReferenceArray {
    switch node.operation {
    case .constant(let literal):
      ReferenceArray(shape: node.shape, scalars: literal.scalars.map(Double.init))
    case .placeholder, .parameter, .composite, .loop, .loopResult, .pack:
      preconditionFailure("reference: \(node.operation.name) is not an operation on values of a traced graph")
    case .unary(let operation):
      .elementwise(inputs) { rounding(operation.reference($0[0])) }
    case .binary(let operation):
      .elementwise(inputs) { rounding(operation.reference($0[0], $0[1])) }
    case .select:
      .elementwise(inputs) { $0[0] != 0 ? $0[1] : $0[2] }
    case .reduce(let reduction):
      reduce(inputs[0], reduction)
    case .matrixProduct(let product):
      multiply(inputs[0], inputs[1], product)
    case .convolution(let convolution):
      convolve(inputs[0], inputs[1], convolution, to: node.shape)
    case .resample(let resampling):
      resample(inputs[0], resampling, to: node.shape)
    case .reshape(let shape):
      ReferenceArray(shape: shape, scalars: inputs[0].scalars)
    case .broadcast(let shape):
      ReferenceArray(shape: shape) { inputs[0][broadcasting: $0] }
    case .transpose(let permutation):
      transpose(inputs[0], permutation)
    case .slice(let slice):
      ReferenceArray(shape: zip(slice.starts, slice.ends).map { $1 - $0 }) { index in
        inputs[0][zip(index, slice.starts).map { $0 + $1 }]
      }
    case .pad(let padding):
      pad(inputs[0], padding)
    case .concatenate(let axis):
      concatenate(inputs, axis)
    case .gatherRows:
      gatherRows(inputs[0], inputs[1])
    case .scatterRows(let count):
      scatterRows(inputs[0], inputs[1], count)
    case .random(let random):
      ReferenceArray(shape: random.shape, scalars: draw(random, inputs.first.map { Counter.number($0.scalars) } ?? 0))
    case .nestedCounter(let count):
      counter(Counter.number(inputs[0].scalars) * count + Counter.number(inputs[1].scalars))
    case .stopGradient:
      inputs[0]
    }
  }
}
