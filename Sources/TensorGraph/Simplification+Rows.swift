/// Rules about rows: written alone, or all equal.
extension Simplification {
  /// A row that is written where a condition holds, the same for a whole row, is one that is written everywhere, with what
  /// was there before where the condition does not hold: the rows beside it need not be looked at.
  mutating func selectedRow(_ inputs: [Node], _ shape: [Int], _ origin: Origin?) -> Node? {
    guard case .composite(let composite) = inputs[1].operation, composite.operation is RowWriting,
      inputs[1].inputs[0] === inputs[2], inputs[2].shape == shape
    else { return nil }
    let (condition, index, row) = (inputs[0], inputs[1].inputs[1], inputs[1].inputs[2])
    var ofRow = Array(repeating: 1, count: max(0, shape.count - condition.shape.count)) + condition.shape
    guard ofRow.remove(at: 1) == 1 else { return nil }
    let old = make(.composite(Composite(RowReading())), [inputs[2], index], row.shape, origin)
    let mask = ofRow == condition.shape ? condition : make(.reshape(ofRow), [condition], ofRow, origin)
    let chosen = elementwise(Node(.select, [mask, row, old], shape: row.shape, origin: origin), [mask, row, old])
    return make(inputs[1].operation, [inputs[2], index, chosen], shape, origin)
  }

  /// x plus zeros in which one row is written is x with that row added to: the rows beside it need not be looked at.
  mutating func addedRow(_ x: Node, _ addend: Node, _ origin: Origin?) -> Node? {
    guard case .composite(let composite) = addend.operation, composite.operation is RowWriting,
      uniform(addend.inputs[0]) == 0, x.shape == addend.shape
    else { return nil }
    let (index, row) = (addend.inputs[1], addend.inputs[2])
    let old = make(.composite(Composite(RowReading())), [x, index], row.shape, origin)
    return make(addend.operation, [x, index, binary(.add, [old, row], row.shape, origin)], x.shape, origin)
  }

  /// The row [1, k] of which a product's left operand is made by repetition; nil for others.
  mutating func repeatedRow(_ node: Node, _ product: MatrixProduct) -> Node? {
    guard !product.transposesLeft, node.shape.count == 2, node.shape[0] > 1, case .broadcast = node.operation else {
      return nil
    }
    let (source, row) = (node.inputs[0], [1, node.shape[1]])
    guard source.shape.suffix(1) == node.shape.suffix(1), source.elementCount == node.shape[1] else { return nil }
    return source.shape == row ? source : make(.reshape(row), [source], row, node.origin)
  }
}
