public import EBMCore
public import Tensors

/// Recovery of each level's points from noisier ones: what diffusion recovery and its cooperative form share, in the
/// notation of ``CooperativeRecovery``.
///
/// An objective of one's own takes `losses`, `samples` and `energy` from here and says how energies compare:
/// ```swift
/// recovery.losses(for: data, model: model, &context) { (($0.positive - $0.negative).softplus() * $0.weight).mean() }
/// ```
public struct LeveledRecovery: Sendable {
  /// c of b² = 2 c s σ²/s_0.
  public var stepConstant: Double
  /// Whether s is the level's noise, or 1.
  public var scalesWithNoise: Bool
  /// Whether the points of a pair share their noise.
  public var sharesNoise: Bool
  /// Whether the highest level is learned without the coupling.
  public var hasMarginalTop: Bool
  /// Whether conditionals are taken as normal, one draw instead of a chain.
  public var isNormal: Bool
  /// κ of the last denoising step, 0 for none.
  public var tweedie: Double

  /// Recovery with these choices.
  public init(
    stepConstant: Double, scalesWithNoise: Bool, sharesNoise: Bool, hasMarginalTop: Bool = true,
    isNormal: Bool = false, tweedie: Double = 0
  ) {
    (self.stepConstant, self.scalesWithNoise, self.sharesNoise) = (stepConstant, scalesWithNoise, sharesNoise)
    (self.hasMarginalTop, self.isNormal, self.tweedie) = (hasMarginalTop, isNormal, tweedie)
  }

  /// The numbers of each step between levels.
  public func steps(_ levels: NoiseLevels) -> RecoverySteps {
    RecoverySteps(
      levels, stepConstant: stepConstant, scalesWithNoise: scalesWithNoise, hasMarginalTop: hasMarginalTop)
  }

  /// Levels of a model whose pipeline was checked to have a schedule.
  private func steps(_ model: Model) -> RecoverySteps {
    steps(model.requiredLevels)
  }

  // MARK: Training

  /// What a batch comes to: energies of points and of what was recovered, and the weight w_i of each row, `[batch]`.
  public struct Contrast: Sendable {
    /// E(y⁺, t).
    public let positive: Tensor
    /// E(y⁻, t).
    public let negative: Tensor
    /// w_i = σ_1/σ_i.
    public let weight: Tensor
  }

  /// Points y of random levels t with the noisier ones that they are to be recovered from.
  ///
  /// - Returns: y = m_t x_t and x_{t+1}, `[batch, …]`, and t, `[batch]`.
  public func pairs(
    of data: Tensor, steps: RecoverySteps, random: inout RandomStream
  ) -> (points: Tensor, partners: Tensor, t: Tensor) {
    let levels = steps.levels
    let t = NoiseLevels.randomPlaces(data.shape[0], among: levels.steps, random: &random)
    func column(_ numbers: [Double], at index: Tensor) -> Tensor { entries(numbers, at: index).column(for: data) }
    let noise = random.normal(data.shape)
    let lower = column(levels.signals, at: t) * data + column(levels.noises, at: t) * noise
    let partners: Tensor
    if sharesNoise {
      partners = column(levels.signals, at: t + 1) * data + column(levels.noises, at: t + 1) * noise
    } else {
      let signal = (1...levels.steps).map { levels.transitionSignal(to: $0) }
      partners = column(signal, at: t) * lower + column(steps.transitionNoise, at: t) * random.normal(data.shape)
    }
    return (column(steps.multiplier, at: t) * lower, partners, t)
  }

  /// The losses of a batch.
  ///
  /// - Parameters:
  ///   - data: clean points, `[batch, …]`.
  ///   - model: whose energy learns; chains start at its initializer's proposals, else at the noisier points.
  ///   - contrast: what the energy minimises, a scalar; the mean of w_i (E(y⁺) − E(y⁻)) by default.
  public func losses(
    for data: Tensor, model: Model, _ context: inout Context,
    contrast: (Contrast) -> Tensor = { ($0.weight * ($0.positive - $0.negative)).mean() }
  ) -> Losses {
    let steps = steps(model)
    let (positive, partner, t) = pairs(of: data, steps: steps, random: &context.random)
    let condition = Condition(level: .init(index: t, logSNR: model.logSNR))
    let positiveEnergy = model.energy(positive, condition, &context)
    var request = request(from: partner, t: t, steps: steps, model: model, recovered: positive)
    request.data = data
    var (total, watched) = (Tensor(0), [(name: String, value: Tensor)]())
    let own = model.initializer.training(request, otherwise: partner, &context) { start, context in
      var evaluation = context
      evaluation.phase = .evaluation
      var random = context.random.branch("negatives")
      let chain = recovered(from: start, partner: partner, t: t, steps: steps, model: model, evaluation, &random)
      let negative = chain.position.stoppingGradient()
      let negativeEnergy = model.energy(negative, condition, &evaluation)
      total = contrast(
        Contrast(positive: positiveEnergy, negative: negativeEnergy, weight: entries(steps.weight, at: t)))
      watched = [("energyGap", (negativeEnergy - positiveEnergy).mean())] + chain.diagnostics
      return negative
    }
    return Losses(energy: total, initializer: own.loss, diagnostics: watched + own.diagnostics)
  }

  /// What an initializer is told about chains of levels t that recover from `partner`.
  public func request(
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
  public func recovered(
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
  ///
  /// - Parameters:
  ///   - condition: the level of each row.
  ///   - partner: noisier points, `[batch, …]`.
  ///   - step: b, `[batch]`.
  ///   - coupling: r/σ², `[batch]`.
  public func target(
    _ model: Model, _ condition: Condition, partner: Tensor, step: Tensor, coupling: Tensor, _ context: Context
  ) -> Target {
    let precision = step.squared().reciprocal()
    return Target(model.energy, over: model.space, condition: condition, context: context).derived(scale: step) {
      energy, y in energy(y) * precision + 0.5 * coupling * (y - partner).squared().sumOfFeatures()
    }
  }

  // MARK: Sampling

  /// Samples of every level, noisiest first. A sampler that plans its steps walks down the levels' marginals itself.
  public func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] {
    let steps = steps(model)
    // What the noisiest level looks like for data of variance 1: N(0, I) where the variance is preserved.
    let (signal, deviation) = (steps.levels.signals[steps.levels.steps], steps.levels.noises[steps.levels.steps])
    let width = Float((signal * signal + deviation * deviation).squareRoot())
    let noise = width * context.random.normal([count] + model.space.shape)
    let evaluation = context
    let planned = model.plannedSamples(count, steps.levels, count: steps.levels.steps, &context) { x, t in
      marginalEnergy(at: x, t: t, steps: steps, model: model, evaluation)
    }
    let samples =
      planned
      ?? LevelSweep.samples(from: noise, levels: steps.levels.steps, &context) { x, level, context in
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
    let energy = rawEnergy(at: y, t: Tensor(0).broadcast(to: [count]), model: model, context)
    let ones = Tensor(1).broadcast(to: [count])
    let gradient = pullback(of: [energy], along: [ones], withRespectTo: [y])[0]
    let (noise0, signal0) = (steps.levels.noises[0], steps.levels.signals[0])
    let factor = tweedie * noise0 * noise0 * steps.multiplier[0] / (steps.step[0] * steps.step[0])
    return samples + [LeveledSamples(level: nil, points: (last.points - Float(factor) * gradient) / Float(signal0))]
  }

  /// −log density of the points of a level, up to a constant, `[batch]`.
  public func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
    let t = Tensor(Float(level ?? 0)).broadcast(to: [points.shape[0]])
    return marginalEnergy(at: points, t: t, steps: steps(model), model: model, context)
  }

  /// −log density of points x_t of levels t `[batch]`: E(m_t x_t, t)/b_t².
  private func marginalEnergy(
    at points: Tensor, t: Tensor, steps: RecoverySteps, model: Model, _ context: Context
  ) -> Tensor {
    let y = points * entries(steps.multiplier, at: t).column(for: points)
    return rawEnergy(at: y, t: t, model: model, context) / entries(steps.step.map { $0 * $0 }, at: t)
  }

  /// What the network gives, b² times the energy of y = m x.
  private func rawEnergy(at y: Tensor, t: Tensor, model: Model, _ context: Context) -> Tensor {
    var context = context
    return model.energy(y, Condition(level: .init(index: t, logSNR: model.logSNR)), &context)
  }
}
