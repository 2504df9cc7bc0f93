/// The changes of values when x moves along each of many directions:
/// ```
/// d/dt values(x + t · direction_i) at t = 0
/// ```
/// as one loop, forward through whatever the values are made of: a gradient, too, whose changes are products with the
/// Hessian. Memory does not grow with the number of directions, but for the result's.
///
/// - Parameters:
///   - values: `[batch, …]`, made from x.
///   - x: an expression of any shape.
///   - directions: `[k, …]`, each in the shape of x.
/// - Returns: `[batch, k, …]`.
public func directionalDerivatives(
  of values: Tensor, withRespectTo x: Tensor, along directions: Tensor
) -> Tensor {
  precondition(
    directions.rank == x.rank + 1 && Array(directions.shape.dropFirst()) == x.shape,
    "directionalDerivatives: directions \(directions.shape) must be [k] + \(x.shape)")
  return Tensor.stacked(over: directions.shape[0]) { index in
    let direction = directions.gatheringRows(at: index.reshaped([1])).reshaped(x.shape)
    return jacobianVectorProduct(of: [values], withRespectTo: [x], along: [direction])[0]
  }
}
