/// The trace of the Hessian of each row's value with respect to its own elements:
/// ```
/// Σᵢ ∂² value / ∂xᵢ²
/// ```
/// as one loop over the coordinates, in memory that does not grow with their number; its gradient is such a loop again. Each
/// coordinate's second derivative goes forward twice, so that nothing as wide as x but its first layer's row is computed.
///
/// - Parameters:
///   - values: `[batch]`, made from x, row i from row i alone.
///   - x: `[batch, …]`, an expression.
/// - Returns: `[batch]`.
public func laplacian(of values: Tensor, withRespectTo x: Tensor) -> Tensor {
  precondition(
    x.rank >= 1 && values.shape == [x.shape[0]],
    "laplacian: values \(values.shape) of points \(x.shape) must be [\(x.shape.first ?? 0)]")
  let size = Array(x.shape.dropFirst()).elementCount
  let positions = Tensor(Literal((0..<size).map(Float.init), evaluator: nil), shape: [1] + x.shape.dropFirst())
  return Tensor.sum(over: size) { index in
    let axis = (positions .== index).broadcast(to: x.shape)
    let slope = jacobianVectorProduct(of: [values], withRespectTo: [x], along: [axis])
    return jacobianVectorProduct(of: slope, withRespectTo: [x], along: [axis])
  }[0]
}
