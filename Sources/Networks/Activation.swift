public import Tensors

/// An elementwise nonlinearity, by name in recipes.
public enum Activation: String, Codable, Sendable, CaseIterable {
  /// x/(1 + e⁻ˣ): smooth, so that ∇E is too.
  case silu
  /// x where x > 0, else 0.2 x.
  case leakyReLU
  /// max(x, 0).
  case relu
  /// ln(1 + eˣ).
  case softplus
  /// tanh x.
  case tanh

  /// The function, elementwise.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .silu: x * x.sigmoid()
    case .leakyReLU: Tensor.select(x .> 0, x, 0.2 * x)
    // A NaN is not at most 0 and stays.
    case .relu: Tensor.select(x .<= 0, Tensor(0), x)
    case .softplus: x.softplus()
    case .tanh: x.tanh()
    }
  }
}
