private import Foundation
public import Tensors

/// The embedding of a number in sines and cosines of geometrically spaced frequencies.
///
/// `[sin(v ωₖ), cos(v ωₖ)]` with ωₖ = 10000^(−k/(h−1)), k = 0 … h−1, h = features/2: all sines first.
/// Source: Vaswani et al., *Attention is all you need*, 2017, section 3.5, in the order that diffusion models use.
public struct SinusoidalEmbedding: Sendable {
  /// Features of the embedding, even.
  public let features: Int

  /// - Precondition: an even number of features, 4 at least.
  public init(_ features: Int) {
    precondition(
      features >= 4 && features % 2 == 0, "SinusoidalEmbedding: \(features) features are not even or below 4")
    self.features = features
  }

  /// `[count]` to `[count, features]`.
  public func callAsFunction(_ values: Tensor) -> Tensor {
    let half = features / 2
    let frequencies = (0..<half).map { index in
      Float(exp2(-Double(index) * log2(10_000) / Double(half - 1)))
    }
    let angles = values.expandingAxis(at: 1) * Tensor(frequencies)
    return Tensor.concatenated([angles.sin(), angles.cos()], alongAxis: 1)
  }
}
