internal import EBMCore
internal import Tensors

/// Recovery of each level's points from noisier ones: what diffusion recovery and its cooperative form share.
struct LeveledRecovery: Sendable {
  /// c of b² = 2 c s σ²/s_0.
  var stepConstant: Double
  /// Whether s is the level's noise, or 1.
  var scalesWithNoise: Bool
  /// Whether the points of a pair share their noise.
  var sharesNoise: Bool
  /// Whether the highest level is learned without the coupling.
  var hasMarginalTop = true
  /// Whether conditionals are taken as normal, one draw instead of a chain.
  var isNormal = false
  /// κ of the last denoising step, 0 for none.
  var tweedie = 0.0

  func steps(_ levels: NoiseLevels) -> RecoverySteps {
    RecoverySteps(
      levels, stepConstant: stepConstant, scalesWithNoise: scalesWithNoise, hasMarginalTop: hasMarginalTop)
  }

  /// Levels of a model whose pipeline was checked to have a schedule.
  private func steps(_ model: Model) -> RecoverySteps {
    return steps(model.requiredLevels)
  }

  // MARK: Training

  func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
    let steps = steps(model)
    let levels = steps.levels
    let t = NoiseLevels.randomPlaces(data.shape[0], among: levels.steps, random: &context.random)
    func column(_ numbers: [Double], at index: Tensor) -> Tensor { entries(numbers, at: index).column(for: data) }

    let noise = context.random.normal(data.shape)
    let lower = column(levels.signals, at: t) * data + column(levels.noises, at: t) * noise
    let partner: Tensor
    if sharesNoise {
      partner = column(levels.signals, at: t + 1) * data + column(levels.noises, at: t + 1) * noise
    } else {
      let signal = (1...levels.steps).map { levels.transitionSignal(to: $0) }
      partner = column(signal, at: t) * lower + column(steps.transitionNoise, at: t) * context.random.normal(data.shape)
    }
    let positive = column(steps.multiplier, at: t) * lower
    let condition = Condition(level: .init(index: t, logSNR: model.logSNR))
    let positiveEnergy = model.energy(positive, condition, &context)

    var request = request(from: partner, t: t, steps: steps, model: model, recovered: positive)
    request.data = data
    let start = model.initializer?.start(request, &context) ?? partner
    var evaluation = context
    evaluation.phase = .evaluation
    // A stream of their own: the initializer's must split into the same parts before and after the chains.
    var random = context.random.split("negatives")
    let chain = recovered(
      from: start.stoppingGradient(), partner: partner, t: t, steps: steps, model: model, evaluation, &random)
    let negative = chain.position.stoppingGradient()
    let negativeEnergy = model.energy(negative, condition, &evaluation)
    let weight = entries(steps.weight, at: t)
    let ownLoss = model.initializer?.finish(start: start, end: negative, request: request, &context)
    let watched = model.initializer?.diagnostics(request, &context) ?? []
    return Losses(
      energy: (weight * (positiveEnergy - negativeEnergy)).mean(), initializer: ownLoss,
      diagnostics: [("energyGap", (negativeEnergy - positiveEnergy).mean())]
        + chain.diagnostics + watched)
  }

  /// What an initializer is told about chains of levels t that recover from `partner`.
  private func request(
    from partner: Tensor, t: Tensor, steps: RecoverySteps, model: Model, recovered: Tensor? = nil
  ) -> StartRequest {
    let levels = steps.levels
    let weights = (1...levels.steps).map { levels.posteriorWeights(from: $0) }
    let posterior = StartRequest.Posterior(
      partner: entries(zip(weights, steps.multiplier).map { $0.partner * $1 }, at: t),
      clean: entries(zip(weights, steps.multiplier).map { $0.clean * $1 }, at: t),
      signal: entries(levels.signals, at: t + 1), noise: entries(levels.noises, at: t + 1))
    return StartRequest(
      count: partner.shape[0], space: model.space,
      noisy: .init(
        position: partner, level: .init(index: t + 1, logSNR: model.logSNR),
        deviation: entries(steps.deviation, at: t), posterior: posterior, recovered: recovered))
  }

  /// Points of the conditionals of levels t: the ends of chains, or draws of the normal approximation.
  private func recovered(
    from start: Tensor, partner: Tensor, t: Tensor, steps: RecoverySteps, model: Model, _ context: Context,
    _ random: inout RandomStream
  ) -> (position: Tensor, diagnostics: [(name: String, value: Tensor)]) {
    let condition = Condition(level: .init(index: t, logSNR: model.logSNR))
    let step = entries(steps.step, at: t)
    if isNormal {
      // N(x + σ² ∇f(x), σ²) with f = −E/b², the first-order expansion of E at the noisier point x.
      let target = target(model, condition, partner: partner, step: step, coupling: Tensor(0), context)
      let noise = entries(steps.transitionNoise, at: t).column(for: partner)
      let slope = target.energyWithGradient(partner).gradient
      let position = partner - noise.squared() * slope + noise * random.normal(partner.shape)
      return (position, [])
    }
    let sampler = model.requiredSampler
    let coupling = entries(steps.coupling, at: t)
    let target = target(model, condition, partner: partner, step: step, coupling: coupling, context)
    let chain = sampler.run(from: start, target: target, random: &random)
    return (chain.position, chain.diagnostics)
  }

  /// The conditional of the points of a level given noisier ones, with the level's step as its scale.
  func target(
    _ model: Model, _ condition: Condition, partner: Tensor, step: Tensor, coupling: Tensor, _ context: Context
  ) -> Target {
    let (energy, precision) = (model.energy, step.squared().reciprocal())
    return Target(scale: step) { y in
      var context = context
      let distance = (y - partner).squared().sumOfFeatures()
      return energy(y, condition, &context) * precision + 0.5 * coupling * distance
    }
  }

  // MARK: Sampling

  func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] {
    let steps = steps(model)
    // What the noisiest level looks like for data of variance 1: N(0, I) where the variance is preserved.
    let (signal, deviation) = (steps.levels.signals[steps.levels.steps], steps.levels.noises[steps.levels.steps])
    let width = Float((signal * signal + deviation * deviation).squareRoot())
    let noise = width * context.random.normal([count] + model.space.shape)
    let samples = LevelSweep.samples(from: noise, levels: steps.levels.steps, &context) { x, level, context in
      let t = level.broadcast(to: [count])
      let request = request(from: x, t: t, steps: steps, model: model)
      let start = model.initializer?.freshStart(request, &context) ?? x
      var random = context.random
      let chain = recovered(from: start, partner: x, t: t, steps: steps, model: model, context, &random)
      context.random = random
      return chain.position / (entries(steps.multiplier, at: t).column(for: x) + 1e-8)
    }
    guard tweedie > 0, let last = samples.last else { return samples }
    // x̂ = (x + κ s̄₀² ∇f/b₀²)/ā₀ with the derivative through y = m₀ x.
    let y = last.points * Float(steps.multiplier[0])
    let energy = rawEnergy(at: y, level: 0, model: model, &context)
    let ones = Tensor(1).broadcast(to: [count])
    let gradient = pullback(of: [energy], along: [ones], withRespectTo: [y])[0]
    let (noise0, signal0) = (steps.levels.noises[0], steps.levels.signals[0])
    let factor = tweedie * noise0 * noise0 * steps.multiplier[0] / (steps.step[0] * steps.step[0])
    return samples + [LeveledSamples(level: nil, points: (last.points - Float(factor) * gradient) / Float(signal0))]
  }

  func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
    let steps = steps(model)
    let t = level ?? 0
    let raw = rawEnergy(at: points * Float(steps.multiplier[t]), level: t, model: model, &context)
    return raw / Float(steps.step[t] * steps.step[t])
  }

  /// What the network gives, b² times the energy of y = m x.
  private func rawEnergy(at y: Tensor, level: Int, model: Model, _ context: inout Context) -> Tensor {
    let index = Tensor(Float(level)).broadcast(to: [y.shape[0]])
    return model.energy(y, Condition(level: .init(index: index, logSNR: model.logSNR)), &context)
  }
}
