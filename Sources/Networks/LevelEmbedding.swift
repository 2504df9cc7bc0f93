private import Foundation
public import Tensors

/// The part of a network that knows the noise level: an embedding of log SNR through two linear maps.
///
/// w = arctan(e^(−λ/2))/(π/2) in (0, 1), λ limited to ±20; embedding of 1000 w; Linear, activation, Linear.
/// It is computed once for each level that exists; rows are gathered for the chains of a batch.
/// Source: Zhu et al., *Learning energy-based models by cooperative diffusion recovery likelihood*, 2024, appendix B.
public struct LevelEmbedding: Sendable {
  private let embedding: SinusoidalEmbedding
  private let first: Linear
  private let second: Linear
  private let activation: Activation

  /// - Parameters:
  ///   - features: size of the sinusoidal embedding.
  ///   - width: size of both linear maps' outputs.
  public init(
    features: Int, width: Int, activation: Activation, isSpectrallyNormalized: Bool = false, in scope: ParameterScope
  ) {
    embedding = SinusoidalEmbedding(features)
    first = Linear(features, width, isSpectrallyNormalized: isSpectrallyNormalized, in: scope["first"])
    second = Linear(width, width, isSpectrallyNormalized: isSpectrallyNormalized, in: scope["second"])
    self.activation = activation
  }

  /// log SNR `[levels]` to `[levels, width]`.
  public func callAsFunction(logSNR: Tensor, _ context: inout Context) -> Tensor {
    let angle = (logSNR.clamped(to: -20...20) * -0.5).exp().atan()
    let embedded = embedding(angle * Float(1_000 / (Double.pi / 2)))
    return second(activation(first(embedded, &context)), &context)
  }
}
