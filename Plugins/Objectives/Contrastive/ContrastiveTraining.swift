public import EBMCore
public import Tensors

/// One step of learning from data and from chains' ends: what maximum likelihood, contrastive divergence and its
/// persistent form share.
///
/// ```swift
/// ContrastiveTraining(loss: ContrastiveLoss(form: .softplus)).losses(
///   for: data, initializer: model.initializer, model: model, &context)
/// ```
public struct ContrastiveTraining: Sendable {
  /// How energies of data and of ends compare.
  public var loss: ContrastiveLoss
  /// Sampler steps a chain; nil for the sampler's own number.
  public var steps: Int?
  /// Weight of the energy of the chains' ends as a function of the chains.
  public var chainWeight: Float
  /// Last steps of the chain that the derivative passes; nil for all.
  public var chainGradientSteps: Int?

  /// Learning by the likelihood's gradient, or what is said.
  public init(
    loss: ContrastiveLoss = ContrastiveLoss(), steps: Int? = nil, chainWeight: Float = 0,
    chainGradientSteps: Int? = nil
  ) {
    (self.loss, self.steps) = (loss, steps)
    (self.chainWeight, self.chainGradientSteps) = (chainWeight, chainGradientSteps)
  }

  /// The losses of a batch. Chains start at `data` when there is no initializer.
  ///
  /// - Parameters:
  ///   - data: x⁺, `[batch, …]`.
  ///   - condition: classes of data and chains alike.
  ///   - initializer: where chains start.
  ///   - model: whose energy learns, and whose sampler moves chains.
  public func losses(
    for data: Tensor, condition: Condition = Condition(), initializer: (any InitializerFunction)?, model: Model,
    _ context: inout Context
  ) -> Losses {
    let sampler = model.requiredSampler
    let request = StartRequest(count: data.shape[0], space: model.space, data: data, label: condition.label)
    let positive = model.energy(data, condition, &context)
    var (total, watched) = (Tensor(0), [(name: String, value: Tensor)]())
    let own = initializer.training(request, otherwise: data, &context) { start, context in
      var random = context.random.branch("negatives")
      let chain = sampler.run(
        from: start, target: model.target(condition, in: context), steps: steps,
        gradientSteps: chainWeight > 0 ? chainGradientSteps : nil, random: &random)
      let end = chain.position.stoppingGradient()
      var evaluation = context
      evaluation.phase = .evaluation
      let negative = model.energy(end, condition, &evaluation)
      total = loss(positive: positive, negative: negative) + chainTerm(of: chain.position, end, negative)
      watched = [("energyGap", negative.mean() - positive.mean())] + chain.diagnostics
      return end
    }
    return Losses(energy: total, initializer: own.loss, diagnostics: watched + own.diagnostics)
  }

  /// Value and derivative of c times the mean of E(x⁻) through x⁻ alone.
  private func chainTerm(of position: Tensor, _ end: Tensor, _ negative: Tensor) -> Tensor {
    if chainWeight == 0 { return Tensor(0) }
    let ones = Tensor(1).broadcast(to: negative.shape)
    let slope = pullback(of: [negative], along: [ones], withRespectTo: [end])[0].stoppingGradient()
    let change = ((position - end) * slope).sumOfFeatures()
    return chainWeight * (negative.stoppingGradient() + change).mean()
  }
}
