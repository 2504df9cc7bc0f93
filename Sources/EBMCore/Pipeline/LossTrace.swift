internal import Networks
internal import Tensors

/// The training losses of a model as expressions, to look at and not to run.
struct LossTrace {
  let losses: Losses
  private let pipeline: Pipeline
  private let model: Model

  init(_ pipeline: Pipeline, _ model: Model) {
    self.pipeline = pipeline
    self.model = model
    losses = LossTrace.losses(pipeline, model)
  }

  /// Names of the numbers that a training step reports.
  var diagnostics: [String] {
    ["loss"] + (losses.initializer == nil ? [] : ["initializerLoss"]) + losses.diagnostics.map(\.name)
      + ["gradientNorm"]
  }

  private static func losses(_ pipeline: Pipeline, _ model: Model) -> Losses {
    let feed = DataFeed(pipeline.dataset, count: pipeline.training.batch / pipeline.training.microBatches)
    var context = Context(phase: .training)
    var random = context.random.split("data")
    let rows = feed.shapes.map { Tensor(repeating: 0, shape: $0) }
    let data = feed.batch(rows, random: &random)
    return model.objective.losses(for: data.points, labels: data.labels, model: model, &context)
  }

  /// Whether the energy's gradient and the initializer's can differ from 0; nil where there are no weights, or no loss.
  var learns: (energy: Bool?, initializer: Bool?) {
    func canLearn(_ loss: Tensor?, _ weights: [Parameter]) -> Bool? {
      guard let loss, !weights.isEmpty else { return nil }
      return !gradient(of: loss, withRespectTo: weights.map(\.tensor)).allSatisfy(\.isStructurallyZero)
    }
    return (
      canLearn(losses.energy, model.energyWeights), canLearn(losses.initializer, model.initializerWeights)
    )
  }
}
