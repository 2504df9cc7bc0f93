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

  /// A model and its values.
  public init(pipeline: Pipeline, model: Model, store: ParameterStore) {
    self.pipeline = pipeline
    self.model = model
    self.store = store
  }

  /// The model of a run's latest checkpoint.
  public init(run: RunDirectory, registry: ComponentRegistry) throws {
    let pipeline = try Pipeline(try run.recipe(), registry: registry)
    guard let checkpoint = run.latestCheckpoint() else {
      throw FileError(path: run.path, action: "cannot use the run", reason: "it holds no complete checkpoint")
    }
    let trainer = try Trainer(pipeline)
    try trainer.restore(from: checkpoint.path)
    self.init(pipeline: pipeline, model: trainer.model, store: trainer.averagedStore())
  }

  /// Chains that one program runs: what a few megabytes hold.
  private static let chainsPerRun = 8_192

  /// Samples of every noise level, noisiest first; the last set is the result.
  ///
  /// - Parameters:
  ///   - count: points a level.
  ///   - seed: the same seed gives the same points.
  public func samples(_ count: Int, seed: UInt64) -> [(level: Int?, points: Tensor)] {
    var parts: [[(level: Int?, points: Tensor)]] = []
    let objective = pipeline.objective
    let model = model
    for first in stride(from: 0, to: count, by: TrainedModel.chainsPerRun) {
      let rows = min(TrainedModel.chainsPerRun, count - first)
      var probe = Context()
      let levels = objective.samples(rows, model: model, &probe).map(\.level)
      let function = CompiledFunction(threads: pipeline.training.threads) { _, context in
        objective.samples(rows, model: model, &context).map(\.points)
      }
      let points = function([], store: store, key: RandomKey(seed: seed, step: UInt64(first)))
      parts.append(Array(zip(levels, points)).map { (level: $0, points: $1) })
    }
    guard let first = parts.first else { return [] }
    return first.indices.map { index in
      (first[index].level, Tensor.concatenated(parts.map { $0[index].points }, alongAxis: 0))
    }
  }

  /// −log density up to a constant at points `[count, …]` of a level (nil for models without levels).
  public func energy(at points: Tensor, level: Int?) -> [Float] {
    let objective = pipeline.objective
    let model = model
    let function = CompiledFunction(threads: pipeline.training.threads) { inputs, context in
      [objective.energy(at: inputs[0], level: level, model: model, &context)]
    }
    return function([points], store: store)[0].scalars
  }

  /// Points of the data set noised to a level, `[count, …]`.
  ///
  /// - Throws: `FileFormatError` when rows of the data cannot be read or used.
  public func noisedData(_ count: Int, level: Int?, seed: UInt64) throws(FileFormatError) -> Tensor {
    let feed = DataFeed(pipeline.dataset, count: count)
    let levels = model.levels
    let function = CompiledFunction { rows, context in
      var random = context.random.split("data")
      let points = feed.batch(rows, random: &random).points
      guard let level, let levels else { return [points] }
      let noise = context.random.normal(points.shape)
      return [Float(levels.signals[level]) * points + Float(levels.noises[level]) * noise]
    }
    return function(try feed.arguments(0, seed: seed), key: RandomKey(seed: seed))[0]
  }

  /// The log density on a grid over the data's plot range; nil outside two dimensions.
  public func density(level: Int?, size: Int = 200, range: ClosedRange<Double>? = nil) -> DensityGrid? {
    guard model.space.shape == [2] else { return nil }
    let range = range ?? pipeline.dataset.plotRange
    let points = DensityGrid.points(size: size, range: range)
    let energies = energy(at: Tensor(points.map(Float.init), shape: [size * size, 2]), level: level)
    return DensityGrid(
      size: size, range: range, logDensity: energies.map { -Double($0) },
      signal: level.flatMap { model.levels?.signals[$0] } ?? 1, noise: level.flatMap { model.levels?.noises[$0] } ?? 0)
  }

  /// Figures of the pipeline's metrics over `count` samples.
  ///
  /// - Throws: what keeps data from being read.
  public func evaluate(count: Int = 5_000, seed: UInt64) throws -> (figures: [Figure], samples: Tensor) {
    let result = samples(count, seed: seed).last
    let points = result?.points ?? Tensor([], shape: [0])
    let level = model.levels == nil ? nil : 0
    // Data with the noise that the samples have, which is none after a last step that denoises. Another seed than that of
    // the samples: draws of the same stream would not be independent of them.
    let reference = try noisedData(count, level: result?.level, seed: seed &+ 1).scalars
    let (objective, model) = (pipeline.objective, model)
    let threads = pipeline.training.threads
    let evaluation = try Evaluation(
      dataset: pipeline.dataset, samples: points.scalars, reference: reference, grid: density(level: level),
      density: ModelDensity(shape: model.space.shape, store: store, threads: threads) { points, context in
        objective.energy(at: points, level: level, model: model, &context)
      },
      classProbabilities: classProbabilities, seed: seed)
    return (try pipeline.metrics.flatMap { try $0.evaluate(evaluation) }, points)
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
