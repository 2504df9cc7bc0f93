/// Row `index` of each element of a batch. Operands x `[batch, k, …]` and a scalar index; zeros where there is no such row.
/// The transpose of `RowWriting` in its row.
package struct RowReading: CompositeOperation {
  package init() {}

  package var name: String { "row(at:)" }

  package func rowOperands(_ inputs: [[Int]]) -> Set<Int>? { [0] }

  package func composition(_ inputs: [Tensor]) -> Tensor {
    Tensor.select(inputs[0].isRow(at: inputs[1]), inputs[0], Tensor(constant: 0)).sum(alongAxes: 1)
  }

  package func pullback(operand: Int, _ inputs: [Tensor], _ result: Tensor, _ g: Tensor) -> Tensor? {
    operand == 0 ? RowWriting()([Tensor(constant: 0).broadcast(to: inputs[0].shape), inputs[1], g]) : nil
  }

  package func pushforward(_ inputs: [Tensor], _ changes: [Tensor?]) -> Tensor? {
    changes[0].map { self([$0, inputs[1]]) }
  }
}

/// x with row `index` of each element of the batch replaced. Operands x `[batch, k, …]`, a scalar index and rows
/// `[batch, …]`; x itself where there is no such row.
package struct RowWriting: CompositeOperation {
  package init() {}

  package var name: String { "replacing(rowAt:)" }

  package func rowOperands(_ inputs: [[Int]]) -> Set<Int>? { [0, 2] }

  package func composition(_ inputs: [Tensor]) -> Tensor {
    Tensor.select(inputs[0].isRow(at: inputs[1]), inputs[2].expandingAxis(at: 1), inputs[0])
  }

  package func pullback(operand: Int, _ inputs: [Tensor], _ result: Tensor, _ g: Tensor) -> Tensor? {
    switch operand {
    case 0: self([g, inputs[1], Tensor(constant: 0).broadcast(to: inputs[2].shape)])
    case 2: RowReading()([g, inputs[1]])
    default: nil
    }
  }

  package func pushforward(_ inputs: [Tensor], _ changes: [Tensor?]) -> Tensor? {
    guard changes[0] != nil || changes[2] != nil else { return nil }
    func change(_ operand: Int) -> Tensor {
      changes[operand] ?? Tensor(constant: 0).broadcast(to: inputs[operand].shape)
    }
    return self([change(0), inputs[1], change(2)])
  }
}

extension Tensor {
  /// Row `index` along the second axis of a tensor `[batch, k, …]`, the same for the whole batch: `[batch, …]`.
  ///
  /// - Parameter index: a scalar from 0 to k − 1; its fraction is cut off. Elsewhere the row is zeros.
  public func row(at index: Tensor) -> Tensor {
    precondition(rank >= 2 && index.rank == 0, "row: \(shape) at \(index.shape) must be [batch, k, …] at a scalar")
    return RowReading()([self, index])
  }

  /// A tensor `[batch, k, …]` with row `index` along its second axis replaced, the same for the whole batch.
  ///
  /// As the next state of a loop whose rows are independent it is written in place: an iteration costs one row, not k.
  ///
  /// - Parameters:
  ///   - index: a scalar from 0 to k − 1; its fraction is cut off. Elsewhere nothing is replaced.
  ///   - row: `[batch, …]`.
  public func replacing(rowAt index: Tensor, with row: Tensor) -> Tensor {
    precondition(
      rank >= 2 && index.rank == 0 && row.shape == Array(shape.prefix(1)) + Array(shape.dropFirst(2)),
      "replacing: rows \(row.shape) at \(index.shape) must be [batch, …] at a scalar for \(shape)")
    return RowWriting()([self, index, row])
  }

  /// 1 for row `index` along the second axis, else 0; broadcasts with this tensor.
  fileprivate func isRow(at index: Tensor) -> Tensor {
    let positions = Literal((0..<shape[1]).map(Float.init), evaluator: nil)
    return Tensor(positions, shape: [1, shape[1]] + Array(repeating: 1, count: rank - 2)) .== index.floor()
  }
}
