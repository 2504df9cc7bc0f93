public import Tensors

/// Group normalisation of features: each group of adjacent features is shifted and scaled to mean 0 and variance 1,
/// then each feature by its own weight and bias.
///
/// y = (x − mean)/√(variance + ε) · w + b, with the variance that divides by the group's size.
/// Source: Wu & He, *Group normalization*, 2018, eq. 1 to 7.
public struct GroupNorm: Sendable {
  /// Scale of each feature, starts at 1.
  public let weight: Parameter
  /// Shift of each feature, starts at 0.
  public let bias: Parameter
  private let groups: Int
  private let epsilon: Float

  /// Declares the parameters.
  ///
  /// - Precondition: `groups` divides `features`.
  public init(_ features: Int, groups: Int = 32, epsilon: Float = 1e-6, in scope: ParameterScope) {
    precondition(features % groups == 0, "GroupNorm: \(groups) groups do not divide \(features) features")
    weight = scope.parameter("weight", shape: [features], .constant(1))
    bias = scope.parameter("bias", shape: [features], .constant(0))
    self.groups = groups
    self.epsilon = epsilon
  }

  /// y of x, `[batch, features]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let grouped = x.reshaped([x.shape[0], groups, -1])
    let centred = grouped - grouped.mean(alongAxes: 2, keepingDimensions: true)
    let variance = centred.squared().mean(alongAxes: 2, keepingDimensions: true)
    let normal = centred * (variance + epsilon).reciprocalSquareRoot()
    return normal.reshaped(x.shape) * weight.tensor + bias.tensor
  }
}
