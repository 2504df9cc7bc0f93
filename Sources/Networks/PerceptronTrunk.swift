public import Tensors

/// The hidden layers of a multilayer perceptron, from points `[batch, …]` to features `[batch, widths.last]`.
public struct PerceptronTrunk: Sendable {
  private let hidden: [Linear]
  private let activation: Activation
  /// The embedding of level and class, and its map into each layer; nil for a network that knows neither.
  private let conditioning: (embedding: ConditionEmbedding, maps: [Linear])?

  /// Features of the embedding of level and class.
  private static let embeddingWidth = 128

  /// Declares the layers' parameters.
  ///
  /// - Parameters:
  ///   - inputs: numbers of a point.
  ///   - widths: features of each layer, at least one.
  ///   - hasLevels: whether the network knows noise levels.
  ///   - classes: number of classes besides the null class; 0 for a network without classes.
  ///   - scope: the network's; layers are called `layers.0`, … there.
  public init(
    inputs: Int, widths: [Int], activation: Activation, isSpectrallyNormalized: Bool = false, hasLevels: Bool = false,
    classes: Int = 0,
    in scope: ParameterScope
  ) {
    let sizes = [inputs] + widths
    let width = PerceptronTrunk.embeddingWidth
    hidden = widths.indices.map {
      Linear(
        sizes[$0], sizes[$0 + 1], isSpectrallyNormalized: isSpectrallyNormalized, in: scope["layers"][String($0)])
    }
    if hasLevels || classes > 0 {
      let embedding = ConditionEmbedding(
        levelFeatures: hasLevels ? width : 0, classes: classes, width: width, activation: activation,
        isSpectrallyNormalized: isSpectrallyNormalized, in: scope)
      let maps = widths.indices.map {
        Linear(
          width, widths[$0], hasBias: false, isSpectrallyNormalized: isSpectrallyNormalized,
          in: scope["conditions"][String($0)])
      }
      conditioning = (embedding, maps)
    } else {
      conditioning = nil
    }
    self.activation = activation
  }

  /// Features of each row, which is told its level and its class as in ``ConditionEmbedding``. A network that knows none
  /// leaves them out.
  public func callAsFunction(
    _ x: Tensor, level: (index: Tensor, logSNR: Tensor)? = nil, labels: Tensor? = nil, _ context: inout Context
  ) -> Tensor {
    var h = x.reshaped([x.shape[0], -1])
    let rows = conditioning?.embedding(level: level, labels: labels, rows: x.shape[0], &context)
    for (index, layer) in hidden.enumerated() {
      h = layer(h, &context)
      if let rows, let map = conditioning?.maps[index] {
        h = h + rows.gathering(map(activation(rows.table), &context))
      }
      h = activation(h)
    }
    return h
  }
}
