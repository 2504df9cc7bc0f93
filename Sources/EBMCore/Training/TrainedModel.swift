public import FileFormats
internal import Networks
public import Tensors

/// A model with values: it samples and tells densities.
public struct TrainedModel: Sendable {
  /// The pipeline that it was made by.
  public let pipeline: Pipeline
  /// Its functions.
  public let model: Model
  /// Its weights, averaged ones where there are any.
  public let store: ParameterStore
  /// The updates behind them; nil when they come from elsewhere.
  public let iteration: Int?

  /// The noise levels that its objective uses; nil for models without.
  public let levels: NoiseLevels?

  /// A model and its values.
  public init(pipeline: Pipeline, model: Model, store: ParameterStore, iteration: Int? = nil) {
    self.pipeline = pipeline
    self.model = model
    self.store = store
    self.iteration = iteration
    levels = model.levels
  }

  /// The model that a trainer has come to.
  public init(trainer: Trainer) {
    self.init(
      pipeline: trainer.pipeline, model: trainer.model, store: trainer.averagedStore(), iteration: trainer.iteration)
  }

  /// Points that one program looks at: what a few megabytes hold, 64 of them where points are as large as photographs.
  static func pointsPerRun(of space: SampleSpace) -> Int { max(1, min(8_192, (1 << 22) / max(1, space.dimension))) }

  /// Samples of every noise level, noisiest first; the last set is the result.
  ///
  /// - Parameters:
  ///   - count: points a level.
  ///   - seed: the same seed gives the same points.
  ///   - isLastOnly: whether only the result is kept.
  public func samples(_ count: Int, seed: UInt64, isLastOnly: Bool = false) -> [(level: Int?, points: Tensor)] {
    samples(count, seed: seed, isLastOnly: isLastOnly) { _ in }
  }

  /// - Parameter progress: told how many there are from time to time; what it throws ends the sampling.
  func samples(
    _ count: Int, seed: UInt64, isLastOnly: Bool, progress: (_ done: Int) throws -> Void
  ) rethrows -> [(level: Int?, points: Tensor)] {
    var parts: [[(level: Int?, points: Tensor)]] = []
    let (objective, model) = (model.objective, model)
    let chains = TrainedModel.pointsPerRun(of: model.space)
    for first in stride(from: 0, to: count, by: chains) {
      try progress(first)
      let rows = min(chains, count - first)
      var probe = Context()
      let levels = objective.samples(rows, model: model, &probe).map(\.level)
      let kept = isLastOnly ? 1 : levels.count
      let function = CompiledFunction(threads: pipeline.training.threads) { _, context in
        objective.samples(rows, model: model, &context).map(\.points).suffix(kept)
      }
      let points = function([], store: store, key: RandomKey(seed: seed, step: UInt64(first)))
      parts.append(Array(zip(levels.suffix(kept), points)).map { (level: $0, points: $1) })
    }
    guard let first = parts.first else { return [] }
    return first.indices.map { index in
      (first[index].level, Tensor.concatenated(parts.map { $0[index].points }, alongAxis: 0))
    }
  }

  /// −log density up to a constant, at a level (nil for models without levels).
  public func density(atLevel level: Int?) -> ModelDensity {
    let (objective, model) = (model.objective, model)
    return ModelDensity(shape: model.space.shape, store: store, threads: pipeline.training.threads) { points, context in
      objective.energy(at: points, level: level, model: model, &context)
    }
  }

  /// −log density up to a constant at points `[count, …]` of a level (nil for models without levels).
  public func energy(at points: Tensor, level: Int?) -> [Float] {
    density(atLevel: level).energies(at: points.scalars)
  }

  /// Points of the data set noised to levels, `[count, …]` each: the same clean points for all.
  ///
  /// - Throws: `FileFormatError` when rows of the data cannot be read or used.
  public func noisedData(_ count: Int, levels wanted: [Int?], seed: UInt64) throws(FileFormatError) -> [Tensor] {
    let feed = DataFeed(pipeline.dataset, count: count)
    let levels = model.levels
    let function = CompiledFunction { rows, context in
      var random = context.random.split("data")
      let points = feed.batch(rows, random: &random).points
      let noise = context.random.normal(points.shape)
      return wanted.map { level in
        guard let level, let levels else { return points }
        return Float(levels.signals[level]) * points + Float(levels.noises[level]) * noise
      }
    }
    return function(try feed.arguments(0, seed: seed), key: RandomKey(seed: seed))
  }

  /// The log density on a grid over the data's plot range; nil outside two dimensions.
  public func densityGrid(level: Int?, size: Int = 200) -> DensityGrid? {
    guard model.space.shape == [2] else { return nil }
    let range = pipeline.dataset.plotRange
    let points = DensityGrid.points(size: size, range: range).map(Float.init)
    let energies = density(atLevel: level).energies(at: points)
    return DensityGrid(size: size, range: range, logDensity: energies.map { -Double($0) })
  }

  /// What an evaluation found.
  public struct Measurement: Sendable {
    /// The figures of the pipeline's metrics.
    public let figures: [Figure]
    /// Points that were drawn for it.
    public let count: Int
    /// What else there is to say: fewer points than usual, metrics that do not apply.
    public var notes: [String]
    /// The samples by noise level, noisiest first, the result last; of points that are not in the plane the result alone.
    public let samples: [(level: Int?, points: Tensor)]
  }

  /// Figures of the pipeline's metrics.
  ///
  /// - Parameters:
  ///   - count: samples, and as many points of data; nil for what the pipeline's settings say.
  ///   - seed: the same seed gives the same figures.
  ///   - progress: told what is being done, one line each time; what it throws ends the evaluation.
  /// - Throws: what keeps data from being read.
  public func evaluate(
    count: Int? = nil, seed: UInt64, progress: (String) throws -> Void = { _ in }
  ) throws -> Measurement {
    let (usual, note) = pipeline.evaluation.points(dimension: model.space.dimension)
    let total = count ?? usual
    try pipeline.evaluationNeed(total, at: count == nil ? "evaluation.count" : "--count").check()
    let samples = try samples(total, seed: seed, isLastOnly: model.space.shape != [2]) {
      try progress("sampling, \($0) of \(total) points")
    }
    let result = samples.last
    let level = levels == nil ? nil : 0
    try progress("drawing \(total) points of data")
    // Data with the noise that the samples have, which is none after a last step that denoises. Another seed than that of
    // the samples: draws of the same stream would not be independent of them.
    let reference = try noisedData(total, levels: [result?.level], seed: seed &+ 1)[0].scalars
    let evaluation = try Evaluation(
      dataset: pipeline.dataset, samples: result?.points.scalars ?? [], reference: reference,
      noise: PointNoise(level: result?.level, of: levels), density: density(atLevel: level),
      densityNoise: PointNoise(level: level, of: levels), classProbabilities: classProbabilities, seed: seed)
    var notes = count == nil ? [note].compactMap { $0 } : []
    var figures: [Figure] = []
    for (index, metric) in pipeline.metrics.enumerated() {
      let name = type(of: metric).name
      try progress("\(name), \(index + 1) of \(pipeline.metrics.count) metrics")
      let found = try metric.figures(from: evaluation)
      if found.isEmpty { notes.append("\(name) does not apply to this model and data") }
      figures += found
    }
    return Measurement(figures: figures, count: total, notes: notes, samples: samples)
  }

  /// p(y | x) of an energy that is made of class scores.
  private var classProbabilities: (@Sendable ([Float]) -> [Float])? {
    guard let classifier = model.energy as? any ClassifierFunction else { return nil }
    let (shape, width) = (model.space.shape, model.space.dimension)
    let function = CompiledFunction(threads: pipeline.training.threads) { inputs, context in
      let logits = classifier.logits(inputs[0], &context)
      return [(logits - logits.logSumExp(alongAxes: 1, keepingDimensions: true)).exp()]
    }
    return { [store] points in
      function([Tensor(points, shape: [points.count / width] + shape)], store: store)[0].scalars
    }
  }
}
