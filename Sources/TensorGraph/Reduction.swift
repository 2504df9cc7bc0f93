/// A reduction over some axes, which stay in the shape with size 1.
package struct Reduction: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case sum, maximum
  }

  package let kind: Kind
  /// Ascending, at least one.
  package let axes: [Int]

  package init(kind: Kind, axes: [Int]) {
    self.kind = kind
    self.axes = axes
  }
}

extension Tensor {
  private func reduced(_ kind: Reduction.Kind, alongAxes axes: [Int], keepingDimensions: Bool) -> Tensor {
    let axes = Set(axes.map { normalized(axis: $0, in: kind.rawValue) }).sorted()
    if axes.isEmpty { return self }
    var kept = shape
    for axis in axes { kept[axis] = 1 }
    let result = Tensor.apply(.reduce(Reduction(kind: kind, axes: axes)), [self], shape: kept)
    if keepingDimensions { return result }
    return result.reshaped(shape.indices.filter { !axes.contains($0) }.map { shape[$0] })
  }

  /// The axis counted from the front, for one that may be counted from the back (−1 is the last).
  package func normalized(axis: Int, in operation: String) -> Int {
    let result = axis < 0 ? axis + rank : axis
    precondition(shape.indices.contains(result), "\(operation): axis \(axis) is outside shape \(shape)")
    return result
  }

  /// The sum over the given axes, all by default; 0 over an empty axis.
  public func sum(alongAxes axes: [Int], keepingDimensions: Bool = false) -> Tensor {
    reduced(.sum, alongAxes: axes, keepingDimensions: keepingDimensions)
  }
  /// The sum over the given axes; negative ones count from the back.
  public func sum(alongAxes axes: Int..., keepingDimensions: Bool = false) -> Tensor {
    sum(alongAxes: axes, keepingDimensions: keepingDimensions)
  }
  /// The sum over all axes: a scalar.
  public func sum() -> Tensor { sum(alongAxes: Array(shape.indices)) }

  /// The mean over the given axes; NaN over an empty axis.
  public func mean(alongAxes axes: [Int], keepingDimensions: Bool = false) -> Tensor {
    let count = Set(axes.map { normalized(axis: $0, in: "mean") }).map { shape[$0] }.elementCount
    return sum(alongAxes: axes, keepingDimensions: keepingDimensions) * (1 / Float(count))
  }
  /// The mean over the given axes; negative ones count from the back.
  public func mean(alongAxes axes: Int..., keepingDimensions: Bool = false) -> Tensor {
    mean(alongAxes: axes, keepingDimensions: keepingDimensions)
  }
  /// The mean over all axes: a scalar.
  public func mean() -> Tensor { mean(alongAxes: Array(shape.indices)) }

  /// The largest element along the given axes; −∞ over an empty axis, NaN where there is one.
  /// Elements that tie share the derivative.
  public func maximum(alongAxes axes: Int..., keepingDimensions: Bool = false) -> Tensor {
    reduced(.maximum, alongAxes: axes, keepingDimensions: keepingDimensions)
  }
  /// The largest element along all axes: a scalar.
  public func maximum() -> Tensor {
    reduced(.maximum, alongAxes: Array(shape.indices), keepingDimensions: false)
  }

  /// ln Σ eˣ over the given axes, without overflow: the maximum is subtracted first.
  public func logSumExp(alongAxes axes: Int..., keepingDimensions: Bool = false) -> Tensor {
    let peak = reduced(.maximum, alongAxes: axes, keepingDimensions: true).stoppingGradient()
    // A peak of −∞ (all elements −∞, or an empty axis) or +∞ must not give ∞ − ∞.
    let shift = Tensor.select(peak.absolute() .< Float.infinity, peak, Tensor(constant: 0))
    let result = (self - shift).exp().sum(alongAxes: axes, keepingDimensions: true).log() + shift
    if keepingDimensions { return result }
    let dropped = Set(axes.map { normalized(axis: $0, in: "logSumExp") })
    return result.reshaped(shape.indices.filter { !dropped.contains($0) }.map { shape[$0] })
  }

  /// The share of each element in the maxima along the reduced axes: the derivative of the maximum.
  static func maximumShare(_ x: Tensor, _ y: Tensor, _ axes: [Int]) -> Tensor {
    let isPeak = x .== y
    return isPeak / isPeak.sum(alongAxes: axes, keepingDimensions: true)
  }
}
