internal import TensorGraph

extension Emission {
  /// The strided copies that transpose, cut, pad or join.
  func copy(_ node: Node, _ kind: RowKind?) -> CopyStep {
    var pieces: [CopyStep.Piece] = []
    let outStrides = node.shape.strides
    func piece(_ input: Node, _ shape: [Int], inStrides: [Int], inOffset: Int = 0, outOffset: Int = 0) {
      var source = operand(input, for: kind)
      source.offset = inOffset
      pieces.append(
        CopyStep.Piece(
          input: source, outOffset: outOffset, outermost: extent(shape.first ?? 1, shape.isEmpty ? nil : kind),
          rank: shape.count, extents: CopyStep.axes(shape), inStrides: CopyStep.axes(inStrides),
          outStrides: CopyStep.axes(outStrides)))
    }
    switch node.operation {
    case .transpose(let permutation):
      let strides = node.inputs[0].shape.strides
      piece(node.inputs[0], node.shape, inStrides: permutation.map { strides[$0] })
    case .slice(let slice):
      let strides = node.inputs[0].shape.strides
      piece(
        node.inputs[0], node.shape, inStrides: strides,
        inOffset: zip(slice.starts, strides).map { $0 * $1 }.reduce(0, +))
    case .pad(let padding):
      piece(
        node.inputs[0], node.inputs[0].shape, inStrides: node.inputs[0].shape.strides,
        outOffset: zip(padding.before, outStrides).map { $0 * $1 }.reduce(0, +))
    case .concatenate(let axis):
      var start = 0
      for input in node.inputs {
        piece(input, input.shape, inStrides: input.shape.strides, outOffset: start * outStrides[axis])
        start += input.shape[axis]
      }
    default:
      preconditionFailure("compile: \(node.operation.name) is not a copy")
    }
    var clears = false
    if case .pad = node.operation { clears = true }
    return CopyStep(
      out: output(node), count: extent(node.elementCount, kind), clears: clears, pieces: lowering.memory.freeze(pieces))
  }
}

extension CopyStep {
  static func axes(_ numbers: [Int]) -> Axes {
    func number(_ axis: Int) -> Int64 { axis < numbers.count ? Int64(numbers[axis]) : 0 }
    return (number(0), number(1), number(2), number(3), number(4), number(5))
  }
}

extension [Int] {
  /// Elements between neighbours along each axis of a row-major tensor of this shape.
  var strides: [Int] {
    var strides = [Int](repeating: 1, count: count)
    for axis in indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * self[axis + 1] }
    return strides
  }
}
