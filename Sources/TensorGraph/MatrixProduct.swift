/// op(A) op(B) over the last two axes, op being the transpose or nothing; leading axes are equal.
package struct MatrixProduct: Hashable, Sendable {
  package let transposesLeft: Bool
  package let transposesRight: Bool
  /// Whether the right operand is a `pack` node: made by the runtime alone.
  package let isPacked: Bool

  package init(transposesLeft: Bool, transposesRight: Bool, isPacked: Bool = false) {
    self.transposesLeft = transposesLeft
    self.transposesRight = transposesRight
    self.isPacked = isPacked
  }

  /// The gradient with respect to A (operand 0) or B (operand 1), g being that with respect to the product.
  func pullback(operand: Int, _ a: Tensor, _ b: Tensor, _ g: Tensor) -> Tensor {
    if operand == 0 {
      return transposesLeft
        ? Tensor.product(b, g, transposesRight, true) : Tensor.product(g, b, false, !transposesRight)
    }
    return transposesRight
      ? Tensor.product(g, a, true, transposesLeft) : Tensor.product(a, g, !transposesLeft, false)
  }
}

extension Tensor {
  /// The matrix product over the last two axes: `[…, m, k]` times `[…, k, n]` is `[…, m, n]`.
  ///
  /// Leading axes broadcast. `transposeLeft` and `transposeRight` read an operand with its last two axes swapped,
  /// without a copy.
  public func matmul(_ right: Tensor, transposeLeft: Bool = false, transposeRight: Bool = false) -> Tensor {
    precondition(rank >= 2 && right.rank >= 2, "matmul: shapes \(shape) and \(right.shape) need two axes at least")
    let inner = shape[rank - (transposeLeft ? 2 : 1)]
    precondition(
      inner == right.shape[right.rank - (transposeRight ? 1 : 2)],
      "matmul: inner sizes of \(shape)\(transposeLeft ? "ᵀ" : "") and \(right.shape)\(transposeRight ? "ᵀ" : "") differ"
    )
    if right.rank == 2 && rank > 2 && !transposeLeft {
      // Many rows times one matrix is one product.
      let rows = shape.dropLast().reduce(1, *)
      let flat = reshaped([rows, inner]).matmul(right, transposeRight: transposeRight)
      return flat.reshaped(shape.dropLast() + [flat.shape[1]])
    }
    guard let lead = Tensor.broadcastShape(Array(shape.dropLast(2)), Array(right.shape.dropLast(2))) else {
      preconditionFailure("matmul: leading axes of \(shape) and \(right.shape) do not broadcast together")
    }
    return Tensor.product(
      broadcast(to: lead + shape.suffix(2)), right.broadcast(to: lead + right.shape.suffix(2)),
      transposeLeft, transposeRight)
  }

  static func product(_ a: Tensor, _ b: Tensor, _ transposesLeft: Bool, _ transposesRight: Bool) -> Tensor {
    let rows = a.shape[a.rank - (transposesLeft ? 1 : 2)]
    let columns = b.shape[b.rank - (transposesRight ? 2 : 1)]
    return apply(
      .matrixProduct(MatrixProduct(transposesLeft: transposesLeft, transposesRight: transposesRight)), [a, b],
      shape: a.shape.dropLast(2) + [rows, columns])
  }
}
