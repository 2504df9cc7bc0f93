public import FileFormats
internal import Tensors

/// What metrics look at: samples of a trained model, its density, and the data.
public struct Evaluation: Sendable {
  /// The data the model was trained on.
  public let dataset: any Dataset
  /// Samples whose numbers are all finite, row-major `[count, D]`.
  public let samples: [Float]
  /// Points of the data with the noise of the level that the samples have, the finite ones, row-major `[count, D]`.
  public let reference: [Float]
  /// The noise that samples and reference have.
  public let noise: PointNoise
  /// The density of the model at its least noisy level; nil when it is not known.
  public let density: ModelDensity?
  /// The noise that this density's points have.
  public let densityNoise: PointNoise
  /// p(y | x) of a model with a classifier in it: points, row-major `[count, D]`, to `[count, classes]`. Nil without.
  public let classProbabilities: (@Sendable ([Float]) -> [Float])?
  /// The seed of what a metric draws.
  public let seed: UInt64
  private let knownCautions: [EvaluationPoints: [String]]

  /// What there is to look at.
  ///
  /// - Parameters:
  ///   - dataset: the data.
  ///   - samples: row-major `[count, D]`. Rows that are not finite are left out and counted.
  ///   - reference: points of the data; nil draws as many as there are samples, without noise.
  ///   - noise: the noise of samples and reference.
  ///   - density: the model's density.
  ///   - densityNoise: the noise that its points have.
  ///   - classProbabilities: the model's classifier.
  ///   - seed: the seed of what is drawn.
  /// - Throws: `FileFormatError` when points of the data have to be read and cannot.
  public init(
    dataset: any Dataset, samples: [Float], reference: [Float]? = nil, noise: PointNoise = PointNoise(),
    density: ModelDensity? = nil, densityNoise: PointNoise = PointNoise(),
    classProbabilities: (@Sendable ([Float]) -> [Float])? = nil, seed: UInt64 = 0
  ) throws(FileFormatError) {
    let space = dataset.space
    let reference =
      if let reference { reference } else {
        try dataset.draw(samples.count / max(1, space.dimension), seed: seed).points.scalars
      }
    let own = CheckedPoints(samples, of: space, name: "samples")
    let data = CheckedPoints(reference, of: space, name: "points of data")
    self.dataset = dataset
    self.samples = own.points
    self.reference = data.points
    self.noise = noise
    self.density = density
    self.densityNoise = densityNoise
    self.classProbabilities = classProbabilities
    self.seed = seed
    knownCautions = [.samples: own.cautions, .data: data.cautions]
  }

  /// What is wrong with the points themselves.
  public func cautions(on uses: Set<EvaluationPoints>) -> [String] {
    [EvaluationPoints.samples, .data].filter(uses.contains).flatMap { knownCautions[$0] ?? [] }
  }
}

/// The noise of points: x = signal · clean + noise · ε.
public struct PointNoise: Sendable, Equatable {
  /// ā. 1.
  public var signal = 1.0
  /// s̄. 0: clean points.
  public var noise = 0.0

  /// Clean points.
  public init() {}

  /// Points of this noise.
  public init(signal: Double, noise: Double) {
    self.signal = signal
    self.noise = noise
  }

  /// Points of a level; clean ones for nil.
  public init(level: Int?, of levels: NoiseLevels?) {
    guard let level, let levels else { return }
    (signal, noise) = (levels.signals[level], levels.noises[level])
  }
}
