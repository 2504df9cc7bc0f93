internal import Tensors

extension Tensor {
  /// √x where x ≥ 0 is a sum of squares, with derivative 0 instead of ∞ at x = 0: the middle of the norm's subgradients.
  func safeSquareRoot() -> Tensor {
    let isZero = self .<= 0
    return Tensor.select(isZero, Tensor(0), Tensor.select(isZero, Tensor(1), self).squareRoot())
  }
}
