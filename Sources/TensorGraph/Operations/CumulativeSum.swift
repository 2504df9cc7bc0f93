/// Sums of the elements up to each along an axis: of those before it alone where exclusive, from the end where reversed.
/// Linear; its transpose runs the other way.
package struct CumulativeSum: CompositeOperation {
  package let axis: Int
  package let isExclusive: Bool
  package let isReversed: Bool

  package var name: String { "cumulativeSum" }

  package func rowOperands(_ inputs: [[Int]]) -> Set<Int>? { axis > 0 ? [0] : nil }

  package func composition(_ inputs: [Tensor]) -> Tensor {
    let count = inputs[0].shape[axis]
    var sums = isExclusive ? moved(inputs[0], by: 1) : inputs[0]
    // After each step an element holds the sum of twice as many.
    var span = 1
    while span < count {
      sums = sums + moved(sums, by: span)
      span *= 2
    }
    return sums
  }

  package func pullback(operand: Int, _ inputs: [Tensor], _ result: Tensor, _ g: Tensor) -> Tensor? {
    CumulativeSum(axis: axis, isExclusive: isExclusive, isReversed: !isReversed)([g])
  }

  package func pushforward(_ inputs: [Tensor], _ changes: [Tensor?]) -> Tensor? { changes[0].map { self([$0]) } }

  /// Elements moved along the axis, in the direction of the sums, zeros behind them.
  private func moved(_ x: Tensor, by distance: Int) -> Tensor {
    let count = x.shape[axis]
    let distance = min(distance, count)
    var (before, after) = (x.shape.map { _ in 0 }, x.shape.map { _ in 0 })
    if isReversed {
      after[axis] = distance
      return x.sliced(alongAxis: axis, distance..<count).padded(before: before, after: after)
    }
    before[axis] = distance
    return x.sliced(alongAxis: axis, 0..<(count - distance)).padded(before: before, after: after)
  }
}

extension Tensor {
  /// Cumulative sums along an axis:
  /// ```
  /// y_j = Σ x_i over i ≤ j
  /// ```
  /// - Parameters:
  ///   - axis: negative ones count from the back.
  ///   - exclusive: i < j instead, so that y begins with 0.
  ///   - reversed: i ≥ j (or i > j) instead, added up from the end.
  /// - Returns: the same shape.
  public func cumulativeSum(alongAxis axis: Int, exclusive: Bool = false, reversed: Bool = false) -> Tensor {
    let axis = normalized(axis: axis, in: "cumulativeSum")
    return CumulativeSum(axis: axis, isExclusive: exclusive, isReversed: reversed)([self])
  }
}
