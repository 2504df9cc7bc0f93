internal import FileFormats
internal import Networks
internal import Tensors

/// One training iteration as compiled programs: data, losses and gradients in one, clipping, transforms and averages in
/// the other; both in one where nothing has to happen between them.
struct TrainingStep {
  /// Names of the numbers that a step reports.
  let diagnostics: [String]
  /// The losses, to be looked at.
  let trace: LossTrace
  private let pipeline: Pipeline
  private let feed: DataFeed
  /// Parameters beside the model's: the optimizer's state and the averages.
  let scope: ParameterScope
  /// The running average of each weight.
  let averages: WeightAverages
  private let update: TracedUpdate
  private let programs: Programs

  private enum Programs {
    case whole(CompiledFunction)
    case parts(gradient: CompiledFunction, update: CompiledFunction, reduction: any GradientReduction)
  }

  init(_ pipeline: Pipeline, _ model: Model, _ steps: TrainingSteps) {
    self.pipeline = pipeline
    let (training, objective) = (pipeline.training, model.objective)
    let scope = ParameterScope()
    self.scope = scope
    trace = LossTrace(pipeline, model)
    let losses = trace.losses
    diagnostics = trace.diagnostics
    let groups = [
      WeightGroup(.energy, model.energyWeights), WeightGroup(.initializer, model.initializerWeights),
    ]
    let rules = groups.map { pipeline.optimizer.rule(for: $0, in: scope["optimizer"][$0.network.rawValue]) }
    averages = WeightAverages(training.averagingDecay, of: groups.flatMap(\.parameters), in: scope["average"])
    // Weights that no loss is made for have no gradient.
    let trained = zip(groups, rules).filter { group, _ in
      !group.parameters.isEmpty && (group.network == .energy || losses.initializer != nil)
    }
    let update = TracedUpdate(
      members: trained.map { TracedUpdate.Member(weights: $0, rule: $1) }, clip: training.gradientClip,
      averages: averages)
    self.update = update
    let feed = DataFeed(pipeline.dataset, count: training.batch / training.microBatches)
    self.feed = feed

    /// Gradients of each trained network, and the numbers that are reported.
    @Sendable func gradients(
      _ rows: ArraySlice<Tensor>, _ context: inout Context
    ) -> (gradients: [[Tensor]], numbers: [Tensor]) {
      var random = context.random.split("data")
      let data = feed.batch(rows, random: &random)
      let losses = objective.losses(for: data.points, labels: data.labels, model: model, &context)
      let gradients = update.members.map { member in
        let loss = member.weights.network == .energy ? losses.energy : losses.initializer ?? losses.energy
        return steps.gradient.gradients(of: loss, for: member.weights, &context)
      }
      return (
        gradients, [losses.energy] + (losses.initializer.map { [$0] } ?? []) + losses.diagnostics.map(\.value)
      )
    }
    @Sendable func joined(_ numbers: [Tensor]) -> Tensor {
      .concatenated(numbers.map { $0.reshaped([1]) }, alongAxis: 0)
    }

    if training.microBatches == 1, steps.reduction == nil {
      programs = .whole(
        CompiledFunction(phase: .training, threads: training.threads) { inputs, context in
          let (gradients, numbers) = gradients(inputs.dropFirst(), &context)
          let norm = update(gradients, inputs[0], &context)
          return [joined(numbers + [norm])]
        })
    } else {
      programs = .parts(
        gradient: CompiledFunction(phase: .training, threads: training.threads) { inputs, context in
          let (gradients, numbers) = gradients(inputs[...], &context)
          return gradients.flatMap { $0 } + [joined(numbers)]
        },
        update: CompiledFunction(phase: .training, threads: training.threads) { inputs, context in
          var rest = inputs.dropFirst()
          let gradients = update.members.map { member in
            defer { rest = rest.dropFirst(member.weights.parameters.count) }
            return Array(rest.prefix(member.weights.parameters.count))
          }
          return [update(gradients, inputs[0], &context).reshaped([1])]
        }, reduction: steps.reduction ?? MeanOfParts())
    }
  }

  private var weightShapes: [[Int]] { update.members.flatMap { $0.weights.parameters.map(\.shape) } }

  /// The compiled programs, each with the shapes of its arguments.
  private var compiled: [(function: CompiledFunction, shapes: [[Int]])] {
    switch programs {
    case .whole(let function): [(function, [[update.scalarCount]] + feed.shapes)]
    case .parts(let gradient, let update, _):
      [(gradient, feed.shapes), (update, [[self.update.scalarCount]] + weightShapes)]
    }
  }

  /// What the compiled programs do, one line a region.
  var summary: String {
    compiled.map { $0.function.program(for: $0.shapes).summary }.joined(separator: "\n")
  }

  /// Bytes that an update needs beside the parameters.
  var peakBytes: Int { compiled.map { $0.function.peakBytes(for: $0.shapes) }.max() ?? 0 }

  /// Bytes that all processes together give the others in an update; 0 where there is one.
  var exchangedBytes: Int {
    let bytes = compiled.map { $0.function.program(for: $0.shapes).exchangedBytes }
    if case .whole = programs { return bytes[0] }
    return bytes[0] * pipeline.training.microBatches + bytes[1]
  }

  /// Does update `iteration` = 0, 1, … and reports.
  ///
  /// - Parameter key: gives the random numbers of each part of the batch, by its number among all parts of all updates.
  /// - Throws: `FileFormatError` when the rows of its batch cannot be read, before anything has changed where the batch
  ///   has one part; what the reduction throws.
  func run(iteration: Int, store: ParameterStore, key: (_ part: Int) -> RandomKey) throws -> [Float] {
    switch programs {
    case .whole(let function):
      return function(try wholeArguments(iteration, key(iteration)), store: store, key: key(iteration))[0].scalars
    case .parts(let gradient, let update, let reduction):
      let rows = try partRows(iteration, key)
      let first = iteration * rows.count
      let reduced = try reduction.reduce(parts: rows.count) { part in
        gradient(rows[part], store: store, key: key(first + part)).map(\.scalars)
      }
      let norm = update(updateArguments(iteration, reduced), store: store, key: key(first))[0].scalars
      return (reduced.last ?? []) + norm
    }
  }

  /// The first line that yields a NaN or an infinity in the update that these values and these keys give.
  func diagnosis(iteration: Int, store: ParameterStore, key: (_ part: Int) -> RandomKey) throws -> NonFiniteValue? {
    do {
      switch programs {
      case .whole(let function):
        try function.diagnose(try wholeArguments(iteration, key(iteration)), store: store, key: key(iteration))
      case .parts(let gradient, let update, let reduction):
        let rows = try partRows(iteration, key)
        let first = iteration * rows.count
        let reduced = try reduction.reduce(parts: rows.count) { part in
          try gradient.diagnose(rows[part], store: store, key: key(first + part))
          // Parts leave state to the next one.
          return gradient(rows[part], store: store, key: key(first + part)).map(\.scalars)
        }
        try update.diagnose(updateArguments(iteration, reduced), store: store, key: key(first))
      }
      return nil
    } catch let value as NonFiniteValue { return value }
  }

  private func wholeArguments(_ iteration: Int, _ key: RandomKey) throws(FileFormatError) -> [Tensor] {
    [scalars(iteration)] + (try feed.arguments(iteration, seed: key.seed))
  }

  /// The rows of all parts of a batch, read before the first of them is used.
  private func partRows(_ iteration: Int, _ key: (Int) -> RandomKey) throws(FileFormatError) -> [[Tensor]] {
    var rows: [[Tensor]] = []
    for part in 0..<pipeline.training.microBatches {
      let number = iteration * pipeline.training.microBatches + part
      rows.append(try feed.arguments(number, seed: key(number).seed))
    }
    return rows
  }

  private func updateArguments(_ iteration: Int, _ reduced: [[Float]]) -> [Tensor] {
    [scalars(iteration)] + zip(reduced, weightShapes).map { Tensor($0, shape: $1) }
  }

  private func scalars(_ iteration: Int) -> Tensor {
    let number = Float(iteration + 1)
    let rates = update.members.flatMap(\.rule.rates).map { Float($0(iteration, pipeline.training.iterations)) }
    return Tensor([number, averages.decay(atUpdate: number)] + rates)
  }
}

/// From gradients to new weights and averages, traced.
struct TracedUpdate: Sendable {
  /// A network that is trained.
  struct Member: Sendable {
    let weights: WeightGroup
    let rule: UpdateRule
  }

  let members: [Member]
  let clip: Float?
  let averages: WeightAverages

  /// Numbers that the host gives at each update: its number, the averages' decay, the rules' rates.
  var scalarCount: Int { 2 + members.flatMap(\.rule.rates).count }

  /// Assigns the new values.
  ///
  /// - Returns: the norm of the first network's gradient before clipping, a scalar.
  func callAsFunction(_ gradients: [[Tensor]], _ scalars: Tensor, _ context: inout Context) -> Tensor {
    func scalar(_ position: Int) -> Tensor { scalars.sliced(alongAxis: 0, position..<(position + 1)).reshaped([]) }
    let (number, decay) = (scalar(0), scalar(1))
    var norms: [Tensor] = []
    var updated: [Parameter: Tensor] = [:]
    var position = 2
    for (member, gradients) in zip(members, gradients) {
      let weights = member.weights.parameters.map(\.tensor)
      let rates = member.rule.rates.indices.map { scalar(position + $0) }
      position += rates.count
      let norm = gradients.globalNorm
      norms.append(norm)
      let clipped = clip.map { gradients.clipped(norm: norm, to: $0) } ?? gradients
      let steps = member.rule(
        clipped, UpdateRule.Inputs(weights: weights, number: number, rates: rates), &context)
      for (index, parameter) in member.weights.parameters.enumerated() {
        let value = weights[index] - steps[index]
        context.assign(value, to: parameter)
        updated[parameter] = value
      }
    }
    averages.follow(updated, decay: decay, &context)
    return norms.first ?? Tensor(0)
  }
}
