/// Rewrites a graph into an equal one with less work: equal nodes become one, constants are folded, operations that
/// change nothing disappear. Every rule is exact: it gives the same floats, NaN and infinities included, except that
/// sums of a repeated value become products.
package struct Simplification {
  private struct Key: Hashable {
    let operation: Operation
    let inputs: [ObjectIdentifier]
    let shape: [Int]
  }
  private var made: [Key: Node] = [:]

  /// Equal results, in the same order.
  package static func simplify(_ results: [Node]) -> [Node] {
    var simplification = Simplification()
    return simplification.run(Graph.mergingSums(Graph.withoutUnusedStates(results)))
  }

  private mutating func run(_ results: [Node]) -> [Node] {
    var rewritten: [ObjectIdentifier: Node] = [:]
    for node in Graph.order(results) {
      let inputs = node.inputs.map { rewritten[$0.identity] ?? $0 }
      rewritten[node.identity] = rewrite(node, inputs)
    }
    return results.map { rewritten[$0.identity] ?? $0 }
  }

  mutating func make(_ operation: Operation, _ inputs: [Node], _ shape: [Int], _ origin: Origin?) -> Node {
    let key = Key(operation: operation, inputs: inputs.map(\.identity), shape: shape)
    if let node = made[key] { return node }
    let node = Node(operation, inputs, shape: shape, origin: origin)
    made[key] = node
    return node
  }

  private mutating func constant(_ value: Float, _ shape: [Int], _ origin: Origin?) -> Node {
    let scalar = make(.constant(Literal([value], evaluator: nil)), [], [], origin)
    return shape.isEmpty ? scalar : make(.broadcast(shape), [scalar], shape, origin)
  }

  /// The value that all elements of a node have, when it is a constant.
  func uniform(_ node: Node) -> Float? {
    switch node.operation {
    case .constant(let literal): literal.scalars.count == 1 ? literal.scalars[0] : nil
    case .broadcast, .reshape: uniform(node.inputs[0])
    default: nil
    }
  }

  /// Whether all elements of a node are zeros of this sign.
  private func isZero(_ node: Node, _ sign: FloatingPointSign) -> Bool {
    uniform(node).map { $0 == 0 && $0.sign == sign } ?? false
  }

  private mutating func rewrite(_ node: Node, _ inputs: [Node]) -> Node {
    let (shape, origin) = (node.shape, node.origin)
    switch node.operation {
    case .constant(let literal):
      if literal.scalars.count == 1, !shape.isEmpty { return constant(literal.scalars[0], shape, origin) }
    case .unary(let operation):
      if let value = uniform(inputs[0]) { return constant(operation.value(value), shape, origin) }
      if operation == .negate, case .unary(.negate) = inputs[0].operation { return inputs[0].inputs[0] }
      return elementwise(node, inputs)
    case .binary(let operation):
      if let left = uniform(inputs[0]), let right = uniform(inputs[1]) {
        return constant(operation.value(left, right), shape, origin)
      }
      return identity(operation, inputs, shape) ?? sum(operation, inputs, shape, origin) ?? elementwise(node, inputs)
    case .select:
      if let condition = uniform(inputs[0]) {
        let chosen = inputs[condition != 0 ? 1 : 2]
        return rewrite(Node(.broadcast(shape), [chosen], shape: shape, origin: origin), [chosen])
      }
      if let written = selectedRow(inputs, shape, origin) { return written }
      return elementwise(node, inputs)
    case .broadcast:
      if inputs[0].shape == shape { return inputs[0] }
      if case .broadcast = inputs[0].operation { return make(.broadcast(shape), inputs[0].inputs, shape, origin) }
    case .reshape:
      if inputs[0].shape == shape { return inputs[0] }
      if let value = uniform(inputs[0]) { return constant(value, shape, origin) }
      if case .reshape = inputs[0].operation {
        let source = inputs[0].inputs[0]
        return source.shape == shape ? source : make(.reshape(shape), [source], shape, origin)
      }
    case .transpose(let permutation):
      if case .transpose(let inner) = inputs[0].operation {
        let both = permutation.map { inner[$0] }
        let source = inputs[0].inputs[0]
        return both == Array(both.indices) ? source : make(.transpose(both), [source], shape, origin)
      }
    case .reduce(let reduction):
      if inputs[0].shape == shape { return inputs[0] }
      if reduction.kind == .sum, let value = uniform(inputs[0]) {
        let count = reduction.axes.map { inputs[0].shape[$0] }.elementCount
        return constant(count == 0 ? 0 : value * Float(count), shape, origin)
      }
    case .matrixProduct(let product):
      return absorbTransposes(product, inputs, shape, origin)
    case .nestedCounter(let count):
      if let outer = Counter.value(inputs[0]), let own = Counter.value(inputs[1]) {
        return make(.constant(Counter.literal(outer * count + own)), [], shape, origin)
      }
    case .loop(let loop):
      let results = Simplification.simplify(loop.results)
      let simplified = Loop(
        count: loop.count, state: loop.state, index: loop.index, counter: loop.counter,
        captures: loop.captures, results: results, activeState: loop.activeState)
      return make(.loop(simplified), inputs, shape, origin)
    default:
      break
    }
    return make(node.operation, inputs, shape, origin)
  }

  /// x − 0, x · 1, x / 1 and their like, when they leave the shape.
  private func identity(_ operation: BinaryOperation, _ inputs: [Node], _ shape: [Int]) -> Node? {
    let (left, right) = (inputs[0], inputs[1])
    switch operation {
    // x + (−0) and x − 0 are x for every x; x + 0 and x − (−0) turn −0 into 0.
    case .add:
      if isZero(right, .minus), left.shape == shape { return left }
      if isZero(left, .minus), right.shape == shape { return right }
    case .subtract:
      if isZero(right, .plus), left.shape == shape { return left }
    case .multiply:
      if uniform(right) == 1, left.shape == shape { return left }
      if uniform(left) == 1, right.shape == shape { return right }
    case .divide, .power:
      if uniform(right) == 1, left.shape == shape { return left }
    default: break
    }
    return nil
  }

  /// a + (−b) = a − b; a − (−b) = a + b; x² for x · x and for power 2; −x for −1 · x.
  private mutating func sum(
    _ operation: BinaryOperation, _ inputs: [Node], _ shape: [Int], _ origin: Origin?
  ) -> Node? {
    let (left, right) = (inputs[0], inputs[1])
    func negated(_ node: Node) -> Node? {
      if case .unary(.negate) = node.operation { node.inputs[0] } else { nil }
    }
    switch operation {
    case .add:
      if let b = negated(right) { return binary(.subtract, [left, b], shape, origin) }
      if let a = negated(left) { return binary(.subtract, [right, a], shape, origin) }
      if let written = addedRow(left, right, origin) ?? addedRow(right, left, origin) { return written }
    case .subtract:
      if let b = negated(right) { return binary(.add, [left, b], shape, origin) }
      // x − c y = (−c) y + x, which one instruction does; not for x = c y, whose difference must be 0.
      if let (c, y) = scaled(right), right.shape == shape, left.identity != right.identity {
        let product = binary(.multiply, [y, constant(-c, [], origin)], shape, origin)
        return binary(.add, [product, left], shape, origin)
      }
    case .multiply:
      if left.identity == right.identity { return make(.unary(.square), [left], shape, origin) }
      if uniform(right) == -1, left.shape == shape { return make(.unary(.negate), [left], shape, origin) }
      if uniform(left) == -1, right.shape == shape { return make(.unary(.negate), [right], shape, origin) }
      if let scaled = gatheredScale(left, right, shape, origin) { return scaled }
    case .power:
      if uniform(right) == 2, left.shape == shape { return make(.unary(.square), [left], shape, origin) }
    default: break
    }
    return nil
  }

  /// A node as a constant times another node of its shape.
  private func scaled(_ node: Node) -> (factor: Float, node: Node)? {
    guard case .binary(.multiply) = node.operation,
      let position = node.inputs.firstIndex(where: { uniform($0) != nil }), let factor = uniform(node.inputs[position]),
      node.inputs[1 - position].shape == node.shape
    else { return nil }
    return (factor, node.inputs[1 - position])
  }

  /// Constants of a product gathered in one: (c x) · (d y) = (c d) (x y) when c or d is a power of two, so that no
  /// rounding is added or lost.
  private mutating func gatheredScale(_ left: Node, _ right: Node, _ shape: [Int], _ origin: Origin?) -> Node? {
    // Between 2⁻³² and 2³² nothing overflows that did not before, but for numbers beyond 10²⁹.
    func isPower(_ value: Float) -> Bool { value.significand == 1 && abs(value.exponent) <= 32 }
    if let d = uniform(right) ?? uniform(left) {
      let x = uniform(right) != nil ? left : right
      guard let (c, y) = scaled(x), x.shape == shape, isPower(c) || isPower(d) else { return nil }
      return binary(.multiply, [y, constant(c * d, [], origin)], shape, origin)
    }
    let (a, b) = (scaled(left), scaled(right))
    guard (a ?? b) != nil, left.shape == shape, right.shape == shape else { return nil }
    let (c, d) = (a?.factor ?? 1, b?.factor ?? 1)
    guard isPower(c), isPower(d) else { return nil }
    let product = binary(.multiply, [a?.node ?? left, b?.node ?? right], shape, origin)
    return binary(.multiply, [product, constant(c * d, [], origin)], shape, origin)
  }

  mutating func binary(
    _ operation: BinaryOperation, _ inputs: [Node], _ shape: [Int], _ origin: Origin?
  ) -> Node {
    elementwise(Node(.binary(operation), inputs, shape: shape, origin: origin), inputs)
  }

  /// An elementwise node that reads what was repeated for it directly, since it repeats its operands itself.
  mutating func elementwise(_ node: Node, _ inputs: [Node]) -> Node {
    var operands = inputs
    for position in operands.indices {
      guard case .broadcast = operands[position].operation else { continue }
      var candidate = operands
      candidate[position] = operands[position].inputs[0]
      let shape = candidate.map(\.shape).reduce([] as [Int]?) { known, next in
        known.flatMap { Tensor.broadcastShape($0, next) }
      }
      if shape == node.shape { operands = candidate }
    }
    return make(node.operation, operands, node.shape, node.origin)
  }

  /// A transposed operand is read transposed by the product itself, and a repeated row is multiplied once.
  private mutating func absorbTransposes(
    _ product: MatrixProduct, _ inputs: [Node], _ shape: [Int], _ origin: Origin?
  ) -> Node {
    func source(_ node: Node) -> Node? {
      guard case .transpose(let permutation) = node.operation else { return nil }
      let rank = permutation.count
      let swapped = Array(0..<(rank - 2)) + [rank - 1, rank - 2]
      return permutation == swapped ? node.inputs[0] : nil
    }
    if let row = repeatedRow(inputs[0], product), shape.count == 2 {
      // Equal rows of the left operand make equal rows: one of them is enough.
      let single = make(.matrixProduct(product), [row, inputs[1]], [1, shape[1]], origin)
      return make(.broadcast(shape), [single], shape, origin)
    }
    let (left, right) = (source(inputs[0]), source(inputs[1]))
    let flags = MatrixProduct(
      transposesLeft: product.transposesLeft != (left != nil),
      transposesRight: product.transposesRight != (right != nil))
    return make(.matrixProduct(flags), [left ?? inputs[0], right ?? inputs[1]], shape, origin)
  }
}
