internal import FileFormats
internal import Networks
internal import Tensors

/// One training iteration as a compiled program: data, losses, gradients, clipping, optimizer, averages.
struct TrainingStep {
  private let function: CompiledFunction
  /// Names of the numbers that a step reports.
  let diagnostics: [String]
  /// The losses, to be looked at.
  let trace: LossTrace
  private let pipeline: Pipeline
  private let feed: DataFeed
  /// Parameters beside the model's: the optimizer's state and the averages.
  let scope: ParameterScope
  /// The running average of each weight.
  let averages: [(weight: Parameter, average: Parameter)]

  init(_ pipeline: Pipeline, _ model: Model) {
    self.pipeline = pipeline
    let scope = ParameterScope()
    self.scope = scope
    let networks = [model.energyWeights, model.initializerWeights]
    let rules = zip(networks, ["energy", "initializer"]).map {
      pipeline.optimizer.rule(for: $0, in: scope["optimizer"][$1])
    }
    var averages: [(weight: Parameter, average: Parameter)] = []
    if pipeline.training.averagingDecay > 0 {
      for weight in networks.flatMap({ $0 }) {
        averages.append(
          (weight, scope["average"].parameter(weight.name, shape: weight.shape, kind: .state, .constant(0))))
      }
    }
    self.averages = averages
    let (batch, clip) = (pipeline.training.batch, pipeline.training.gradientClip)
    let feed = DataFeed(pipeline.dataset, count: batch)
    self.feed = feed
    let objective = model.objective

    // The names are known once the losses have been traced.
    trace = LossTrace(pipeline, model)
    diagnostics = trace.diagnostics

    let averagesOfWeights = averages
    function = CompiledFunction(phase: .training, threads: pipeline.training.threads) { inputs, context in
      let scalars = inputs[0]
      func scalar(_ position: Int) -> Tensor { scalars.sliced(alongAxis: 0, position..<(position + 1)).reshaped([]) }
      let (learningRate, iteration, decay) = (scalar(0), scalar(1), scalar(2))
      var random = context.random.split("data")
      let data = feed.batch(inputs.dropFirst(), random: &random)
      let losses = objective.losses(for: data.points, labels: data.labels, model: model, &context)
      var norms: [Tensor] = []
      let parts = [losses.energy, losses.initializer].enumerated()
      var updated: [Parameter: Tensor] = [:]
      for (position, loss) in parts {
        guard let loss, !networks[position].isEmpty else { continue }
        let weights = networks[position].map(\.tensor)
        var gradients = gradient(of: loss, withRespectTo: weights)
        let norm = gradients.map { $0.squared().sum() }.reduce(Tensor(0), +).squareRoot()
        norms.append(norm)
        if let clip {
          let factor = clip / Tensor.maximum(norm, Tensor(clip))
          gradients = gradients.map { $0 * factor }
        }
        let values = rules[position].update(
          weights, gradients, learningRate: learningRate, iteration: iteration, &context)
        for (parameter, value) in zip(networks[position], values) {
          context.assign(value, to: parameter)
          updated[parameter] = value
        }
      }
      for (weight, average) in averagesOfWeights {
        guard let value = updated[weight] else { continue }
        context.assign(average.tensor + (1 - decay) * (value - average.tensor), to: average)
      }
      let numbers =
        [losses.energy] + (losses.initializer.map { [$0] } ?? []) + losses.diagnostics.map(\.value)
        + [norms.first ?? Tensor(0)]
      return [Tensor.concatenated(numbers.map { $0.reshaped([1]) }, alongAxis: 0)]
    }
  }

  /// What the compiled update does, one line a region.
  var summary: String { function.program(for: [[3]] + feed.shapes).summary }
  /// Bytes that an update needs beside the parameters.
  var peakBytes: Int { function.peakBytes(for: [[3]] + feed.shapes) }

  /// Does update `iteration` = 0, 1, … and reports.
  ///
  /// - Throws: `FileFormatError` when the rows of its batch cannot be read; nothing has changed then.
  func run(iteration: Int, store: ParameterStore, key: RandomKey) throws(FileFormatError) -> [Float] {
    function(try arguments(iteration, key), store: store, key: key)[0].scalars
  }

  /// The first line that yields a NaN or an infinity in the update that these values and this key give.
  func diagnosis(
    iteration: Int, store: ParameterStore, key: RandomKey
  ) throws(FileFormatError) -> NonFiniteValue? {
    let arguments = try arguments(iteration, key)
    do throws(NonFiniteValue) {
      try function.diagnose(arguments, store: store, key: key)
      return nil
    } catch { return error }
  }

  private func arguments(_ iteration: Int, _ key: RandomKey) throws(FileFormatError) -> [Tensor] {
    let number = Float(iteration + 1)
    // Early averages forget their start quickly: (1 + k)/(10 + k) as in common libraries.
    let decay = min(pipeline.training.averagingDecay, (1 + number) / (10 + number))
    let rate = Float(pipeline.optimizer.learningRate(at: iteration, of: pipeline.training.iterations))
    return [Tensor([rate, number, decay])] + (try feed.arguments(iteration, seed: key.seed))
  }
}
