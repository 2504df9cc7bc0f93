/// softmax(scale · Q Kᵀ + bias) V for each head. Operands Q `[batch, …, n, d]`, K `[batch, …, m, d]`, V `[batch, …, m, e]`
/// and, where there is one, a bias that broadcasts to `[batch, …, n, m]` and has m columns.
package struct Attention: CompositeOperation {
  package let scale: Float

  package var name: String { "attention" }

  package func rowOperands(_ inputs: [[Int]]) -> Set<Int>? { Attention.rowOperands(inputs, bias: 3) }

  package func composition(_ inputs: [Tensor]) -> Tensor {
    var scores = (inputs[0] * scale).matmul(inputs[1], transposeRight: true)
    if inputs.count > 3 { scores = scores + inputs[3] }
    return scores.softmax().matmul(inputs[2])
  }

  package func pullback(operand: Int, _ inputs: [Tensor], _ result: Tensor, _ g: Tensor) -> Tensor? {
    // A bias' gradient is as large as all scores, or a sum over them.
    if operand == 3 { return composedPullback(operands: [3], inputs, g)[0] }
    let all = AttentionPullback(forward: self)(Array(inputs[..<3]) + [g] + inputs[3...])
    let sizes = inputs[..<3].map { $0.shape.suffix(2).elementCount }
    let start = sizes[..<operand].reduce(0, +)
    return all.sliced(alongAxis: -1, start..<(start + sizes[operand])).reshaped(inputs[operand].shape)
  }

  /// All but a bias that the whole batch shares.
  fileprivate static func rowOperands(_ inputs: [[Int]], bias position: Int) -> Set<Int> {
    var operands = Set(0..<position)
    if position < inputs.count, inputs[position].count == inputs[0].count, inputs[position][0] == inputs[0][0] {
      operands.insert(position)
    }
    return operands
  }
}

/// What a gradient g with respect to attention's result gives to Q, K and V, behind each other: `[batch, …, n d + m d + m e]`.
/// Operands Q, K, V, g and the bias, if there is one.
package struct AttentionPullback: CompositeOperation {
  package let forward: Attention

  package var name: String { "attention pullback" }

  package func rowOperands(_ inputs: [[Int]]) -> Set<Int>? { Attention.rowOperands(inputs, bias: 4) }

  package func composition(_ inputs: [Tensor]) -> Tensor {
    let operands = Array(inputs[..<3] + inputs[4...])
    let parts = forward.composedPullback(operands: [0, 1, 2], operands, inputs[3]).map {
      $0.reshaped($0.shape.dropLast(2) + [$0.shape.suffix(2).elementCount])
    }
    return Tensor.concatenated(parts, alongAxis: -1)
  }
}

extension Tensor {
  /// Attention of queries to keys and values, for each head:
  /// ```
  /// softmax(scale · Q Kᵀ + bias) V
  /// ```
  /// This tensor is Q. The matrix of all scores is never in memory, neither here nor in the gradient: blocks of queries make
  /// theirs anew. (A gradient with respect to a bias, and second derivatives, do hold it.)
  /// Source: Vaswani et al., *Attention is all you need*, 2017, eq. 1.
  ///
  /// - Parameters:
  ///   - keys: `[batch, m, d]` or `[batch, heads, m, d]`, for queries of `[batch, n, d]` or `[batch, heads, n, d]`.
  ///   - values: `[batch, m, e]` or `[batch, heads, m, e]`.
  ///   - bias: what is added to the scores, of a shape that broadcasts to `[batch, n, m]` or `[batch, heads, n, m]`; −∞
  ///     keeps a query from a key. A query that is kept from all gives NaN.
  ///   - scale: 1/√d by default.
  /// - Returns: `[batch, n, e]` or `[batch, heads, n, e]`.
  public func attending(to keys: Tensor, values: Tensor, bias: Tensor? = nil, scale: Float? = nil) -> Tensor {
    precondition(
      (rank == 3 || rank == 4) && keys.rank == rank && values.rank == rank
        && keys.shape.dropLast(2) == shape.dropLast(2) && values.shape.dropLast() == keys.shape.dropLast()
        && keys.shape[rank - 1] == shape[rank - 1],
      "attention: queries \(shape), keys \(keys.shape) and values \(values.shape) must be [batch, (heads,) n, d], "
        + "[…, m, d] and […, m, e]")
    let scores: [Int] = shape.dropLast() + [keys.shape[rank - 2]]
    var operands = [self, keys, values]
    if let bias {
      precondition(
        Tensor.broadcastShape(bias.shape, scores) == scores,
        "attention: a bias of shape \(bias.shape) does not broadcast to scores \(scores)")
      let lead: [Int] = bias.rank < 2 ? [1] : bias.shape.dropLast()
      operands.append(bias.broadcast(to: lead + scores.suffix(1)))
    }
    let operation = Attention(scale: scale ?? 1 / Float(shape[rank - 1]).squareRoot())
    let isEmpty = elementCount == 0 || values.elementCount == 0
    return isEmpty ? operation.composition(operands) : operation(operands)
  }
}
