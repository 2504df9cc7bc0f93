public import Tensors

/// Spectral normalisation: W/σ with σ = uᵀ W v, an estimate of the largest singular value of W `[rows, columns]`.
///
/// In the training phase each use first does one power iteration, v ← Wᵀu/‖Wᵀu‖, u ← Wv/‖Wv‖, and keeps the vectors;
/// in evaluation the kept vectors are used as they are. σ is differentiated through W, not through u and v.
/// Source: Miyato et al., *Spectral normalization for generative adversarial networks*, 2018, algorithm 1.
public struct SpectralNorm: Sendable {
  /// The left singular vector's estimate, `[rows]`.
  public let left: Parameter
  /// The right singular vector's estimate, `[columns]`.
  public let right: Parameter

  /// Keeps norms of vectors away from 0.
  private static let epsilon: Float = 1e-12

  /// Declares the vectors, which start at random directions.
  public init(rows: Int, columns: Int, in scope: ParameterScope) {
    left = scope.parameter("left", shape: [rows], kind: .buffer, .unitVector)
    right = scope.parameter("right", shape: [columns], kind: .buffer, .unitVector)
  }

  /// W/σ.
  public func normalized(_ weight: Tensor, _ context: inout Context) -> Tensor {
    var u = context.value(of: left)
    var v = context.value(of: right)
    let fixed = weight.stoppingGradient()
    if context.phase == .training {
      v = SpectralNorm.direction(u.reshaped([1, -1]).matmul(fixed))
      u = SpectralNorm.direction(v.matmul(fixed, transposeRight: true))
      u = u.reshaped(left.shape)
      v = v.reshaped(right.shape)
      context.assign(u, to: left)
      context.assign(v, to: right)
    }
    let sigma = (u.reshaped([1, -1]).matmul(weight) * v).sum()
    return weight / sigma
  }

  private static func direction(_ vector: Tensor) -> Tensor {
    vector / Tensor.maximum(vector.squared().sum().squareRoot(), Tensor(epsilon))
  }
}
