internal import Tensors

extension Tensor {
  /// Numbers `[batch]` shaped to multiply points of the rank of x.
  func column(for x: Tensor) -> Tensor { reshaped([shape[0]] + x.shape.dropFirst().map { _ in 1 }) }

  /// The sum over everything but the batch: `[batch, …]` to `[batch]`.
  func sumOfFeatures() -> Tensor { rank == 1 ? self : sum(alongAxes: Array(1..<rank)) }

  /// The same points so many times, one copy after the other.
  func copies(_ count: Int) -> Tensor {
    count == 1 ? self : Tensor.concatenated(Array(repeating: self, count: count), alongAxis: 0)
  }

  /// The same elements as an expression, so that derivatives with respect to them exist: what is computed from
  /// values alone is a value, through which none flows.
  func asExpression() -> Tensor { isValue ? Tensor(Node(.stopGradient, [node], shape: shape)) : self }
}
