package import TensorGraph

/// The first value of a computation that is not a finite number.
public struct NonFiniteValue: Error, CustomStringConvertible, Sendable {
  /// The operation that made it and its shape.
  public let operation: String
  /// Where the operation stands in the source, when it is known.
  public let location: String?
  /// The iteration of each loop around it, outermost first.
  public let iterations: [Int]
  /// The position in row-major order, and the value.
  public let index: Int
  /// NaN or an infinity.
  public let value: Float

  /// One line.
  public var description: String {
    let place = location.map { " at \($0)" } ?? ""
    let loops = iterations.isEmpty ? "" : " in iteration \(iterations.map(String.init).joined(separator: "."))"
    return "\(operation)\(place)\(loops): element \(index) is \(value), the first value that is not finite"
  }
}

/// Runs a graph node by node, slowly, and looks at every value.
package struct Diagnosis {
  private var values: [ObjectIdentifier: [Float]] = [:]
  private var loops: [ObjectIdentifier: [[Float]]] = [:]
  private let store: ParameterStore?
  private let key: RandomKey
  private var iterations: [Int] = []

  /// Throws the first value that is not finite although all inputs of its operation are.
  package static func run(
    _ results: [Tensor], inputs: [(Placeholder, [Float])], store: ParameterStore?, key: RandomKey
  ) throws(NonFiniteValue) {
    var diagnosis = Diagnosis(store: store, key: key)
    for (placeholder, value) in inputs { diagnosis.values[ObjectIdentifier(placeholder)] = value }
    try diagnosis.run(results.map(\.node))
  }

  private init(store: ParameterStore?, key: RandomKey) {
    self.store = store
    self.key = key
  }

  private mutating func run(_ results: [Node]) throws(NonFiniteValue) {
    for node in Graph.order(results) {
      switch node.operation {
      case .loop(let loop): try run(loop, node)
      case .loopResult: break
      case .placeholder, .constant: break
      default: values[node.identity] = try evaluate(node)
      }
    }
  }

  private func value(_ node: Node) -> [Float] {
    if case .loopResult(let position) = node.operation { return loops[node.inputs[0].identity]?[position] ?? [] }
    if case .constant(let literal) = node.operation { return literal.scalars }
    return values[node.identity] ?? []
  }

  /// A program of this node alone.
  private func evaluate(_ node: Node) throws(NonFiniteValue) -> [Float] {
    let placeholders = node.inputs.map { Placeholder("input", shape: $0.shape) }
    let inputs = node.inputs.map(value)
    let alone = Node(node.operation, placeholders.map(\.tensor.node), shape: node.shape)
    let flat = inputs.flatMap { $0 }
    var offsets = [0]
    for input in inputs { offsets.append(offsets[offsets.count - 1] + input.count) }
    let result = flat.withUnsafeBufferPointer { buffer in
      Program(inputs: placeholders, results: [Tensor(alone)]).run(
        inputs.indices.map { UnsafeBufferPointer(rebasing: buffer[offsets[$0]..<offsets[$0 + 1]]) }, store: store,
        key: key
      ) { Array($0[0]) }
    }
    if let index = result.firstIndex(where: { !$0.isFinite }) {
      throw NonFiniteValue(
        operation: "\(node.operation.name) \(node.shape)", location: node.origin?.location, iterations: iterations,
        index: index, value: result[index])
    }
    return result
  }

  private mutating func run(_ loop: Loop, _ node: Node) throws(NonFiniteValue) {
    var state = node.inputs.prefix(loop.state.count).map(value)
    for (capture, outer) in zip(loop.captures, node.inputs.dropFirst(loop.state.count)) {
      values[ObjectIdentifier(capture)] = value(outer)
    }
    iterations.append(0)
    for iteration in 0..<loop.count {
      if let active = loop.activeState, state[active].allSatisfy({ $0 == 0 }) { break }
      iterations[iterations.count - 1] = iteration
      values[ObjectIdentifier(loop.index)] = [Float(iteration)]
      values[ObjectIdentifier(loop.counter)] = Counter.digits(iteration)
      for (placeholder, value) in zip(loop.state, state) { values[ObjectIdentifier(placeholder)] = value }
      try run(loop.results)
      state = loop.results.map(value)
    }
    iterations.removeLast()
    loops[node.identity] = state
  }
}
