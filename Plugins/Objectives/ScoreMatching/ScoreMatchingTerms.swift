public import EBMCore
public import Tensors

/// E's derivatives with respect to points that score matching is made of, differentiable with respect to the energy's
/// parameters.
public struct ScoreMatchingTerms: Sendable {
  /// ∇E, `[batch, …]`.
  public let gradient: Tensor
  /// E, `[batch]`.
  private let values: Tensor
  /// The points, as the expression that E and ∇E are differentiated by.
  private let points: Tensor

  /// Terms of an energy at points `[batch, …]`.
  public init(
    _ energy: any EnergyFunction, at x: Tensor, under condition: Condition = Condition(), _ context: inout Context
  ) {
    points = x.asExpression()
    values = energy(points, condition, &context)
    let ones = Tensor(1).broadcast(to: values.shape)
    gradient = pullback(of: [values], along: [ones], withRespectTo: [points])[0]
  }

  /// vᵀ (∇²E) v of each row for directions v of the points' shape, `[batch]`.
  public func curvature(along directions: Tensor) -> Tensor {
    let change = jacobianVectorProduct(of: [gradient], withRespectTo: [points], along: [directions])[0]
    return (directions * change).sumOfFeatures()
  }

  /// tr ∇²E of each row, `[batch]`, a coordinate at a time.
  public func trace() -> Tensor { laplacian(of: values, withRespectTo: points) }
}
