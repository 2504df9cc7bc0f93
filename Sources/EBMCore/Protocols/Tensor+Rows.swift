public import Tensors

/// Batches of points `[batch, …]`, a row a chain or a point of data.
extension Tensor {
  /// The sum of each row over all its other axes: `[batch, …]` to `[batch]`.
  public func sumOfFeatures() -> Tensor { rank > 1 ? sum(alongAxes: Array(1..<rank)) : self }

  /// Numbers `[batch]` shaped to multiply points of the rank of x.
  public func column(for x: Tensor) -> Tensor { reshaped([shape[0]] + x.shape.dropFirst().map { _ in 1 }) }

  /// 1 for rows without a NaN or an infinity, else 0: `[batch]`.
  public func rowsAreFinite() -> Tensor {
    // x − x is 0 for finite numbers alone.
    (self - self).sumOfFeatures() .== 0
  }

  /// The same points so many times, one copy after the other.
  public func copies(_ count: Int) -> Tensor {
    count == 1 ? self : Tensor.concatenated(Array(repeating: self, count: count), alongAxis: 0)
  }

  /// The same elements as an expression, so that derivatives with respect to them exist: what is computed from
  /// values alone is a value, through which none flows.
  public func asExpression() -> Tensor { isValue ? Tensor(Node(.stopGradient, [node], shape: shape)) : self }
}
