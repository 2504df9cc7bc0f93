/// A box of a tensor: elements starts[i]..<ends[i] along axis i.
package struct Slice: Hashable, Sendable {
  package let starts: [Int]
  package let ends: [Int]
}

/// Zeros before and after each axis.
package struct Padding: Hashable, Sendable {
  package let before: [Int]
  package let after: [Int]
}

extension Tensor {
  /// The same elements in the same order under another shape of as many elements; one size may be −1 and follows
  /// from the others.
  public func reshaped(_ newShape: [Int]) -> Tensor {
    var target = newShape
    if let free = target.firstIndex(of: -1) {
      let others = target.indices.filter { $0 != free }.map { target[$0] }.elementCount
      precondition(
        others > 0 && (elementCount % others == 0 || elementCount == [Int].mostElements),
        "reshape: \(shape) does not fill \(newShape)")
      target[free] = elementCount / others
    }
    precondition(target.allSatisfy { $0 >= 0 }, "reshape: \(newShape) has negative sizes")
    precondition(
      target.elementCount == elementCount, "reshape: \(shape) has another number of elements than \(newShape)")
    if target == shape { return self }
    return Tensor.apply(.reshape(target), [self], shape: target)
  }

  /// The tensor with an axis of size 1 inserted before `axis`; −1 appends one.
  public func expandingAxis(at axis: Int) -> Tensor {
    var target = shape
    let position = axis < 0 ? axis + rank + 1 : axis
    precondition((0...rank).contains(position), "expandingAxis: axis \(axis) is outside shape \(shape) and its end")
    target.insert(1, at: position)
    return reshaped(target)
  }

  /// Axes reordered: axis i of the result is axis `permutation[i]` of this tensor.
  public func transposed(_ permutation: [Int]) -> Tensor {
    precondition(permutation.sorted() == Array(shape.indices), "transpose: \(permutation) does not permute \(shape)")
    if permutation == Array(shape.indices) { return self }
    return Tensor.apply(.transpose(permutation), [self], shape: permutation.map { shape[$0] })
  }

  /// The last two axes swapped.
  public func transposed() -> Tensor {
    precondition(rank >= 2, "transpose: shape \(shape) needs two axes at least")
    var permutation = Array(shape.indices)
    permutation.swapAt(rank - 1, rank - 2)
    return transposed(permutation)
  }

  /// Elements `range` along one axis; the axis stays.
  public func sliced(alongAxis axis: Int, _ range: Range<Int>) -> Tensor {
    let axis = normalized(axis: axis, in: "slice")
    precondition(
      range.lowerBound >= 0 && range.upperBound <= shape[axis], "slice: \(range) is outside axis \(axis) of \(shape)")
    var starts = [Int](repeating: 0, count: rank)
    var ends = shape
    (starts[axis], ends[axis]) = (range.lowerBound, range.upperBound)
    return sliced(starts: starts, ends: ends)
  }

  package func sliced(starts: [Int], ends: [Int]) -> Tensor {
    let target = zip(starts, ends).map { $1 - $0 }
    if target == shape { return self }
    return Tensor.apply(.slice(Slice(starts: starts, ends: ends)), [self], shape: target)
  }

  /// Zeros around the tensor: so many before and after each axis.
  public func padded(before: [Int], after: [Int]) -> Tensor {
    precondition(
      before.count == rank && after.count == rank && (before + after).allSatisfy { $0 >= 0 },
      "pad: \(before) and \(after) do not fit shape \(shape)")
    let target = shape.indices.map { before[$0] + shape[$0] + after[$0] }
    if target == shape { return self }
    return Tensor.apply(.pad(Padding(before: before, after: after)), [self], shape: target)
  }

  /// Tensors joined along an axis; their other sizes agree.
  public static func concatenated(_ tensors: [Tensor], alongAxis axis: Int) -> Tensor {
    guard let first = tensors.first else { preconditionFailure("concatenate: no tensors") }
    let axis = first.normalized(axis: axis, in: "concatenate")
    if tensors.count == 1 { return first }
    var target = first.shape
    for tensor in tensors.dropFirst() {
      var other = tensor.shape
      if other.count == target.count { other[axis] = target[axis] }
      precondition(other == target, "concatenate: \(tensor.shape) does not join \(first.shape) along axis \(axis)")
      target[axis] += tensor.shape[axis]
    }
    return apply(.concatenate(axis: axis), tensors, shape: target)
  }

  /// Rows of this table `[n, …]` at integer positions `[batch]` (as floats, exact to 2²⁴): `[batch, …]`.
  /// A position outside the table gives a row of NaN.
  public func gatheringRows(at indices: Tensor) -> Tensor {
    precondition(
      rank >= 1 && indices.rank == 1,
      "gatherRows: table \(shape) and positions \(indices.shape) must be [n, …] and [batch]")
    return Tensor.apply(.gatherRows, [self, indices], shape: indices.shape + shape.dropFirst())
  }

  /// A table of `count` rows into whose row `indices[i]` row i of this tensor is added; others are 0.
  public func scatteringRows(at indices: Tensor, count: Int) -> Tensor {
    precondition(
      rank >= 1 && indices.shape == [shape[0]],
      "scatterRows: rows \(shape) and positions \(indices.shape) differ in number")
    return Tensor.apply(.scatterRows(count: count), [self, indices], shape: [count] + shape.dropFirst())
  }

  /// For integers `[batch]`, rows `[batch, count]` that are 1 at the integer and 0 elsewhere.
  public func oneHot(count: Int) -> Tensor {
    precondition(rank == 1, "oneHot: shape \(shape) must be [batch]")
    let classes = Tensor(Literal((0..<count).map(Float.init), evaluator: literal?.evaluator), shape: [count])
    return expandingAxis(at: 1) .== classes
  }

  /// The identity, through which no derivative flows.
  public func stoppingGradient() -> Tensor {
    isValue ? self : Tensor.apply(.stopGradient, [self], shape: shape)
  }
}
