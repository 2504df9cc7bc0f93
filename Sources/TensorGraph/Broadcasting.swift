extension Tensor {
  /// The shape of an elementwise operation on `left` and `right`, or nil when they do not broadcast together.
  package static func broadcastShape(_ left: [Int], _ right: [Int]) -> [Int]? {
    let rank = max(left.count, right.count)
    var shape = [Int](repeating: 1, count: rank)
    for axis in 0..<rank {
      let a = axis < rank - left.count ? 1 : left[axis - (rank - left.count)]
      let b = axis < rank - right.count ? 1 : right[axis - (rank - right.count)]
      guard a == b || a == 1 || b == 1 else { return nil }
      shape[axis] = a == 1 ? b : a
    }
    return shape
  }

  static func broadcastShape(of operation: String, _ left: Tensor, _ right: Tensor) -> [Int] {
    guard let shape = broadcastShape(left.shape, right.shape) else {
      preconditionFailure("\(operation): shapes \(left.shape) and \(right.shape) do not broadcast together")
    }
    return shape
  }

  /// The tensor repeated along axes of size 1, and along new leading axes, to the given shape.
  public func broadcast(to shape: [Int]) -> Tensor {
    if shape == self.shape { return self }
    precondition(
      Tensor.broadcastShape(self.shape, shape) == shape, "broadcast: shape \(self.shape) does not broadcast to \(shape)"
    )
    return Tensor.apply(.broadcast(shape), [self], shape: shape)
  }

  /// The sum over the axes along which `shape` was repeated to this tensor's shape: the transpose of `broadcast`.
  package func summed(to shape: [Int]) -> Tensor {
    if shape == self.shape { return self }
    let lead = rank - shape.count
    let axes = (0..<rank).filter { $0 < lead || (shape[$0 - lead] == 1 && self.shape[$0] != 1) }
    return sum(alongAxes: axes, keepingDimensions: true).reshaped(shape)
  }
}
