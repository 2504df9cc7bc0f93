public import Tensors

/// What metrics look at: samples of a trained model, its density, and the data.
public struct Evaluation: Sendable {
  /// The data the model was trained on.
  public let dataset: any Dataset
  /// Samples, row-major `[count, D]`.
  public let samples: [Float]
  /// Points of the data with the noise of the level that the samples have, row-major `[count, D]`.
  public let reference: [Float]
  /// Density of the model at its least noisy level on a grid over the plot range; nil outside two dimensions.
  public let grid: DensityGrid?
  /// The density of the model at its least noisy level; nil when it is not known.
  public let density: ModelDensity?
  /// p(y | x) of a model with a classifier in it: points, row-major `[count, D]`, to `[count, classes]`. Nil without.
  public let classProbabilities: (@Sendable ([Float]) -> [Float])?
  /// The seed of what a metric draws.
  public let seed: UInt64

  /// What there is to look at.
  ///
  /// - Parameters:
  ///   - dataset: the data.
  ///   - samples: row-major `[count, D]`.
  ///   - reference: points of the data; nil draws as many as there are samples, without noise.
  ///   - grid: density in two dimensions.
  ///   - density: the model's density.
  ///   - classProbabilities: the model's classifier.
  ///   - seed: the seed of what is drawn.
  /// - Throws: `FileFormatError` when points of the data have to be read and cannot.
  public init(
    dataset: any Dataset, samples: [Float], reference: [Float]? = nil, grid: DensityGrid? = nil,
    density: ModelDensity? = nil, classProbabilities: (@Sendable ([Float]) -> [Float])? = nil, seed: UInt64 = 0
  ) throws(FileFormatError) {
    self.dataset = dataset
    self.samples = samples
    self.reference =
      if let reference { reference } else {
        try dataset.draw(samples.count / dataset.space.dimension, seed: seed).points.scalars
      }
    self.grid = grid
    self.density = density
    self.classProbabilities = classProbabilities
    self.seed = seed
  }
}
