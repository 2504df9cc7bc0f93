internal import EBMCore
internal import Tensors

/// One step of learning from data and from chains' ends: what maximum likelihood, contrastive divergence and its
/// persistent form share.
struct ContrastiveTraining: Sendable {
  var loss = ContrastiveLoss()
  /// Sampler steps a chain; nil for the sampler's own number.
  var steps: Int?
  /// Weight of the energy of the chains' ends as a function of the chains.
  var chainWeight: Float = 0
  /// Last steps of the chain that the derivative passes; nil for all.
  var chainGradientSteps: Int?

  /// The losses of a batch. Chains start at `data` when there is no initializer.
  func losses(
    for data: Tensor, condition: Condition = Condition(), initializer: (any InitializerFunction)?, model: Model,
    _ context: inout Context
  ) -> Losses {
    let sampler = model.requiredSampler
    let request = StartRequest(count: data.shape[0], space: model.space, data: data, label: condition.label)
    let positive = model.energy(data, condition, &context)
    let start = initializer?.start(request, &context) ?? data
    // A stream of their own: the initializer's must split into the same parts before and after the chains.
    var random = context.random.split("negatives")
    let chain = run(sampler, from: start.stoppingGradient(), model.target(condition, in: context), &random)
    let end = chain.position.stoppingGradient()
    var evaluation = context
    evaluation.phase = .evaluation
    let negative = model.energy(end, condition, &evaluation)
    var total = loss(positive: positive, negative: negative)
    if chainWeight > 0 {
      let slope = pullback(
        of: [negative], along: [Tensor(1).broadcast(to: negative.shape)], withRespectTo: [end])[0].stoppingGradient()
      // Value and derivative of the mean of E(x⁻) through x⁻ alone.
      let change = ((chain.position - end) * slope).sumOfFeatures()
      total = total + chainWeight * (negative.stoppingGradient() + change).mean()
    }
    let ownLoss = initializer?.finish(start: start, end: end, request: request, &context)
    let watched = initializer?.diagnostics(request, &context) ?? []
    return Losses(
      energy: total, initializer: ownLoss,
      diagnostics: [("energyGap", negative.mean() - positive.mean())]
        + chain.diagnostics + watched)
  }

  /// The chains' ends and what is to be watched of them. Derivatives flow back through the last steps, if any.
  private func run(
    _ sampler: any Sampler, from start: Tensor, _ target: Target, _ random: inout RandomStream
  ) -> (position: Tensor, diagnostics: [(name: String, value: Tensor)]) {
    let count = steps ?? sampler.steps
    let last = chainWeight > 0 ? min(count, chainGradientSteps ?? count) : 0
    let first = sampler.run(from: start, target: target, steps: count - last, random: &random)
    if last == 0 { return (first.position, first.diagnostics) }
    let rest = sampler.run(from: first.position.stoppingGradient(), target: target, steps: last, random: &random)
    // Without first steps there is nothing to average with.
    if last == count { return (rest.position, rest.diagnostics) }
    let share = Float(last) / Float(count)
    let means = zip(first.diagnostics, rest.diagnostics).map { earlier, later in
      (name: later.name, value: (1 - share) * earlier.value + share * later.value)
    }
    return (rest.position, means)
  }
}
