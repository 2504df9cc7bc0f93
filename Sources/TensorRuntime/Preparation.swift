internal import CKernels
internal import TensorGraph

/// Rewrites a graph into the forms that steps exist for, and moves work out of loops.
///
/// - a reduction covers one run of adjacent axes, and the first axis by itself;
/// - convolutions read weights that were prepared once, and their weights' gradient is finished once;
/// - a product never transposes both operands, and right-hand sides that serve many rows are packed once;
/// - what a loop's body computes from captured values alone is captured instead.
struct Preparation {
  /// Fewest rows of a product that make packing its right-hand side worth while.
  static let rowsWorthPacking = 16

  private struct Key: Hashable {
    let operation: Operation
    let inputs: [ObjectIdentifier]
  }
  private var made: [Key: Node] = [:]
  private var rewritten: [ObjectIdentifier: Node] = [:]

  static func prepare(_ results: [Node]) -> [Node] {
    var preparation = Preparation()
    return preparation.run(results)
  }

  private mutating func run(_ results: [Node]) -> [Node] {
    for node in Graph.order(results) {
      let inputs = node.inputs.map { rewritten[$0.identity] ?? $0 }
      rewritten[node.identity] = rewrite(node, inputs)
    }
    return results.map { rewritten[$0.identity] ?? $0 }
  }

  /// The node with this operation and inputs: one for equal requests.
  private mutating func make(_ operation: Operation, _ inputs: [Node], _ shape: [Int], _ origin: Origin?) -> Node {
    if inputs.isEmpty, case .constant(let literal) = operation, literal.scalars.count != 1 {
      return Node(operation, inputs, shape: shape, origin: origin)
    }
    // A scalar literal has the same key under each of its shapes, hence the reshape in the key's place.
    let key = Key(operation: operation, inputs: inputs.map(\.identity))
    if let node = made[key], node.shape == shape { return node }
    let node = Node(operation, inputs, shape: shape, origin: origin)
    made[key] = node
    return node
  }

  private mutating func rewrite(_ node: Node, _ inputs: [Node]) -> Node {
    switch node.operation {
    case .stopGradient:
      return inputs[0]
    case .reduce(let reduction):
      return split(reduction, inputs[0], node)
    case .matrixProduct(let product):
      return rewrite(product, inputs, node)
    case .convolution(let convolution):
      return rewrite(convolution, inputs, node)
    case .composite(let composite) where !(composite.operation is any KernelOperation):
      return composed(composite.operation, inputs)
    case .loop(let loop):
      return rewrite(loop, inputs)
    default:
      return make(node.operation, inputs, node.shape, node.origin)
    }
  }

  /// One reduction for each run of adjacent axes, last axes first, the first axis by itself.
  private mutating func split(_ reduction: Reduction, _ input: Node, _ node: Node) -> Node {
    var runs: [[Int]] = []
    for axis in reduction.axes {
      if let last = runs.last?.last, last == axis - 1, last > 0 {
        runs[runs.count - 1].append(axis)
      } else {
        runs.append([axis])
      }
    }
    var current = input
    for run in runs.reversed() {
      var shape = current.shape
      for axis in run { shape[axis] = 1 }
      current = make(.reduce(Reduction(kind: reduction.kind, axes: run)), [current], shape, node.origin)
    }
    return current
  }

  private mutating func rewrite(_ product: MatrixProduct, _ inputs: [Node], _ node: Node) -> Node {
    let (left, right) = (inputs[0], inputs[1])
    if product.transposesLeft && product.transposesRight {
      // Aᵀ Bᵀ = (B A)ᵀ
      var permutation = Array(node.shape.indices)
      permutation.swapAt(permutation.count - 1, permutation.count - 2)
      let plain = MatrixProduct(transposesLeft: false, transposesRight: false)
      let swapped = rewrite(
        plain, [right, left], Node(.matrixProduct(plain), [right, left], shape: permutation.map { node.shape[$0] }))
      return make(.transpose(permutation), [swapped], node.shape, node.origin)
    }
    guard node.shape.count == 2, !product.transposesLeft, ck_matmul_is_fast() else {
      return make(.matrixProduct(product), inputs, node.shape, node.origin)
    }
    let (rows, columns, inner) = (node.shape[0], node.shape[1], left.shape[1])
    if rows == 1 && product.transposesRight {
      // x Wᵀ is W xᵀ for a single row, and W is read as it lies.
      let column = make(.reshape([inner, 1]), [left], [inner, 1], node.origin)
      let plain = MatrixProduct(transposesLeft: false, transposesRight: false)
      let result = make(.matrixProduct(plain), [right, column], [columns, 1], node.origin)
      return make(.reshape([1, columns]), [result], [1, columns], node.origin)
    }
    guard rows >= Preparation.rowsWorthPacking, inner > 0, columns > 0 else {
      return make(.matrixProduct(product), inputs, node.shape, node.origin)
    }
    let size = Int(ck_packed_size(Int64(inner), Int64(columns)))
    let packed = make(.pack(transposed: product.transposesRight), [right], [size], node.origin)
    let prepared = MatrixProduct(transposesLeft: false, transposesRight: product.transposesRight, isPacked: true)
    return make(.matrixProduct(prepared), [left, packed], node.shape, node.origin)
  }

  private mutating func rewrite(_ convolution: Convolution, _ inputs: [Node], _ node: Node) -> Node {
    let (x, w, y) =
      switch convolution.role {
      case .inputGradient: (node.shape, inputs[1].shape, inputs[0].shape)
      case .weightGradient: (inputs[0].shape, node.shape, inputs[1].shape)
      default: (inputs[0].shape, inputs[1].shape, node.shape)
      }
    func with(_ role: Convolution.Role) -> Convolution {
      convolution.with(role, geometry: Array(x[1...] + y[1...] + w[1...2]))
    }
    func size(_ use: ck_convolution_use) -> Int {
      var geometry = ck_convolution(with(convolution.role))
      return Int(ck_convolution_weights_size(&geometry, use))
    }
    switch convolution.role {
    case .forward, .inputGradient:
      let isForward = convolution.role == .forward
      let role = with(isForward ? .prepareForward : .prepareInputGradient)
      let count = size(isForward ? CK_CONVOLUTION_FORWARD : CK_CONVOLUTION_INPUT_GRADIENT)
      let prepared = make(.convolution(role), [inputs[1]], [count], node.origin)
      return make(.convolution(with(convolution.role)), [inputs[0], prepared], node.shape, node.origin)
    case .weightGradient:
      var geometry = ck_convolution(with(convolution.role))
      let sums = make(
        .convolution(with(.weightSums)), inputs, [Int(ck_convolution_sums_size(&geometry))], node.origin)
      return make(.convolution(with(.finishSums)), [sums], node.shape, node.origin)
    case .prepareForward, .prepareInputGradient, .weightSums, .finishSums:
      return make(node.operation, inputs, node.shape, node.origin)
    }
  }

  /// What an operation without a kernel is composed of, in the forms that steps exist for.
  private mutating func composed(_ operation: any CompositeOperation, _ inputs: [Node]) -> Node {
    let made = operation.composition(inputs.map(Tensor.init)).node
    var local = Dictionary(inputs.map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
    for node in Graph.order([made], where: { local[$0.identity] == nil }) where local[node.identity] == nil {
      local[node.identity] = rewrite(node, node.inputs.map { local[$0.identity] ?? $0 })
    }
    return local[made.identity] ?? made
  }

  /// The loop with its body prepared; opening and closing it again moves new invariant work outside.
  private mutating func rewrite(_ loop: Loop, _ inputs: [Node]) -> Node {
    let initial = Array(inputs.prefix(loop.state.count))
    let outer = Dictionary(uniqueKeysWithValues: zip(loop.captures, inputs.dropFirst(loop.state.count)))
    let body = Graph.substitute(Preparation.prepare(loop.results), placeholders: outer)
    let results = Loop.build(
      count: loop.count, initial: initial.map(Tensor.init), state: loop.state, index: loop.index,
      counter: loop.counter, results: body, activeState: loop.activeState, repeatsInside: true)
    let remade = results[0].node.inputs[0]
    guard case .loop(let closed) = remade.operation else { return remade }
    // Lowering knows values by their nodes, so no two bodies may share one.
    var own: [ObjectIdentifier: Node] = [:]
    for node in Graph.order(closed.results) where !node.inputs.isEmpty {
      let inputs = node.inputs.map { own[$0.identity] ?? $0 }
      own[node.identity] = Node(node.operation, inputs, shape: node.shape, origin: node.origin)
    }
    let separate = Loop(
      count: closed.count, state: closed.state, index: closed.index, counter: closed.counter,
      captures: closed.captures, results: closed.results.map { own[$0.identity] ?? $0 }, activeState: closed.activeState
    )
    // What moved outside may repeat what is there already.
    let merged = remade.inputs.map { merge($0) }
    return make(.loop(separate), merged, remade.shape, remade.origin)
  }

  /// Finds an equal node that exists already, inputs first.
  private mutating func merge(_ node: Node) -> Node {
    var local: [ObjectIdentifier: Node] = [:]
    for current in Graph.order([node]) {
      if rewritten[current.identity] === current || current.inputs.isEmpty {
        local[current.identity] = current
        continue
      }
      let inputs = current.inputs.map { local[$0.identity] ?? $0 }
      local[current.identity] = make(current.operation, inputs, current.shape, current.origin)
    }
    return local[node.identity] ?? node
  }
}
