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
  /// Power iterations before training, so that σ is a norm from the first evaluation on; as many as PyTorch's.
  private static let firstIterations = 15

  /// Declares the vectors of a weight `[rows, columns]`: where power iterations from a random direction lead.
  public init(of weight: Parameter, in scope: ParameterScope) {
    let (rows, columns) = (weight.shape[0], weight.shape[1])
    let left = scope.parameter(
      "left", shape: [rows], kind: .buffer,
      .computed { random, value in
        let matrix = value(weight)
        let start = SpectralNorm.direction(random.normal([rows]))
        return (0..<SpectralNorm.firstIterations).reduce(start) { u, _ in
          SpectralNorm.left(SpectralNorm.right(u, matrix), matrix)
        }
      })
    self.left = left
    right = scope.parameter(
      "right", shape: [columns], kind: .buffer, .computed { _, value in SpectralNorm.right(value(left), value(weight)) }
    )
  }

  /// W/σ.
  public func normalized(_ weight: Tensor, _ context: inout Context) -> Tensor {
    var u = context.value(of: left)
    var v = context.value(of: right)
    let fixed = weight.stoppingGradient()
    if context.phase == .training {
      v = SpectralNorm.right(u, fixed)
      u = SpectralNorm.left(v, fixed)
      context.assign(u, to: left)
      context.assign(v, to: right)
    }
    let sigma = (u.reshaped([1, -1]).matmul(weight) * v).sum()
    return weight / sigma
  }

  /// Wᵀu/‖Wᵀu‖
  private static func right(_ u: Tensor, _ weight: Tensor) -> Tensor {
    direction(u.reshaped([1, -1]).matmul(weight)).reshaped([weight.shape[1]])
  }

  /// Wv/‖Wv‖
  private static func left(_ v: Tensor, _ weight: Tensor) -> Tensor {
    direction(v.reshaped([1, -1]).matmul(weight, transposeRight: true)).reshaped([weight.shape[0]])
  }

  private static func direction(_ vector: Tensor) -> Tensor {
    vector / Tensor.maximum(vector.squared().sum().squareRoot(), Tensor(epsilon))
  }
}
