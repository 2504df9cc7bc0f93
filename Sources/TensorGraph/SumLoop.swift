/// Loops that only add up: each iteration adds terms to the states that depend on no state. Their reverse mode is again
/// such a loop, which adds up what each iteration gives to the captured values; nothing is stored on the way.
extension Loop {
  /// What an iteration adds to each state, nil for nothing; nil as a whole for a loop that does more than add up.
  var addends: [Node?]? {
    guard activeState == nil else { return nil }
    var addends: [Node?] = []
    for (placeholder, result) in zip(state, results) {
      if result.identity == ObjectIdentifier(placeholder) {
        addends.append(nil)
        continue
      }
      guard case .binary(.add) = result.operation,
        let position = result.inputs.firstIndex(where: { $0.identity == ObjectIdentifier(placeholder) })
      else { return nil }
      let addend = result.inputs[1 - position]
      guard addend.shape == placeholder.shape else { return nil }
      addends.append(addend)
    }
    let depends = Graph.depends(addends.compactMap { $0 }, on: state.map(\.tensor.node))
    return depends ? nil : addends
  }

  /// What gradients with respect to final states, by position, give to operands of a loop that only adds up.
  ///
  /// - Parameters:
  ///   - inputs: the initial states and the captured values.
  ///   - operands: the positions among them that count.
  func pullback(
    addends: [Node?], _ inputs: [Tensor], _ gradients: [Int: Tensor], operands: [Int]
  ) -> [(operand: Int, gradient: Tensor)] {
    let width = state.count
    var found: [(operand: Int, gradient: Tensor)] = []
    for operand in operands where operand < width {
      if let gradient = gradients[operand] { found.append((operand, gradient)) }
    }
    let reached = gradients.keys.sorted().filter { addends[$0] != nil }
    let sought = operands.filter { $0 >= width }
    if reached.isEmpty || sought.isEmpty { return found }
    let cotangents = reached.map { Placeholder("cotangent", shape: state[$0].shape) }
    let terms = TensorGraph.pullback(
      of: reached.compactMap { addends[$0].map(Tensor.init) }, along: cotangents.map(\.tensor),
      withRespectTo: sought.map { captures[$0 - width].tensor })
    let flowing = zip(sought, terms).filter { !$1.isStructurallyZero }
    let sums = Tensor.sum(
      of: flowing.map(\.1), over: index, counter: counter, count: count,
      captured: Array(zip(captures, inputs.dropFirst(width)))
        + zip(cotangents, reached.compactMap { gradients[$0] }))
    return found + zip(flowing.map(\.0), sums).map { (operand: $0, gradient: $1) }
  }
}

extension Tensor {
  /// Σ terms(i) over i = 0 ..< count, in this order, inside one program whose memory does not grow with the count.
  ///
  /// The terms are traced once; what they use that does not depend on i is computed once. Derivatives of every order are
  /// loops as well: what is between an iteration's variables and its terms is made anew, not stored.
  ///
  /// - Parameters:
  ///   - count: number of iterations, at least 0.
  ///   - terms: tensors given i, a scalar.
  /// - Returns: their sums, in their shapes.
  public static func sum(over count: Int, of terms: (_ index: Tensor) -> [Tensor]) -> [Tensor] {
    precondition(count >= 0, "sum: count \(count) is negative")
    let index = Placeholder("index", shape: [])
    return sum(of: terms(index.tensor), over: index, counter: Counter.placeholder(), count: count, captured: [])
  }

  /// The terms of a loop side by side: row i of the second axis is terms(i), for i = 0 ..< count.
  ///
  /// A `sum(over:of:)` of rows, and so are its derivatives; an iteration writes its own row alone.
  ///
  /// - Parameters:
  ///   - count: number of iterations, at least 0.
  ///   - terms: a tensor `[batch, …]` given i, a scalar.
  /// - Returns: `[batch, count, …]`.
  public static func stacked(over count: Int, of terms: (_ index: Tensor) -> Tensor) -> Tensor {
    sum(over: count) { index in
      let row = terms(index)
      precondition(row.rank >= 1, "stacked: a scalar has no batch beside which to stack")
      var shape = row.shape
      shape.insert(count, at: 1)
      return [Tensor(constant: 0).broadcast(to: shape).replacing(rowAt: index, with: row)]
    }[0]
  }

  fileprivate static func sum(
    of terms: [Tensor], over index: Placeholder, counter: Placeholder, count: Int, captured: [(Placeholder, Tensor)]
  ) -> [Tensor] {
    let zeros = terms.map { Tensor(constant: 0).broadcast(to: $0.shape) }
    if count == 0 || terms.isEmpty { return zeros }
    let state = terms.map { Placeholder("sum", shape: $0.shape) }
    return Loop.build(
      count: count, initial: zeros, state: state, index: index, counter: counter,
      results: zip(state, terms).map { ($0.tensor + $1).node }, activeState: nil, captured: captured)
  }
}
