public import EBMCore
public import Tensors

/// Cooperative diffusion recovery likelihood (CDRL): each noise level's energy recovers a point from a noisier one,
/// and a learned initializer proposes where its short chains start.
///
/// With f = −E, levels i = 1 … T and t = i − 1, y = m_t x_t (m_t = α_i, 1 at the highest level), the conditional is
/// ```
/// p(y | x_i) ∝ exp( f(y, t)/b_t² − r_t ‖y − x_i‖²/(2 σ_i²) ),   b_t² = 2 c (s̄_t or 1) σ_i²/s̄_0
/// ```
/// with r_t = 1 but 0 at the highest level. Chains start at the initializer's proposal and step by b_t. The energy
/// minimises the mean of w_i (E(y⁺) − E(y⁻)), w_i = σ_1/σ_i, over pairs (x_t, x_i) that share their noise, which
/// leaves the gradient's mean and lowers its variance; the initializer learns from where chains end.
/// Source: Zhu et al., 2024, eq. 7 to 9 and 16, algorithms 1 and 2. The quadratic is left out at the highest level
/// and the loss is weighted in f, not f/b², as in the authors' code.
public struct CooperativeRecovery: Objective {
  public static let name = "cooperative-recovery"
  public static let summary = "Cooperative diffusion recovery likelihood (CDRL)."
  public static let needs: Set<PipelineNeed> = [.schedule, .sampler, .initializer]
  public static let settings = [
    Setting("stepConstant", "c of b² = 2 c s σ²/s₀: half the squared step over the variance added", .positive),
    Setting("scalesWithNoise", "whether s is the level's noise, as for images, or 1, as in two dimensions", .flag),
    Setting("sharesNoise", "whether the points of a pair share their noise (less variance)", .flag),
    Setting("tweedie", "κ of the last denoising step, 0 for none", .atLeast(0)),
  ]

  /// c. 10⁻³, the authors' value in two dimensions; 2·10⁻⁴ for images.
  public var stepConstant = 1e-3
  /// Whether b² grows with the level's noise s̄_t. No, as in two dimensions; yes for images.
  public var scalesWithNoise = false
  /// Whether the points of a pair share their noise. Yes.
  public var sharesNoise = true
  /// κ in x̂ = (x_0 + κ s̄_0² ∇f)/ā_0. 0; the authors use 2 for images.
  public var tweedie = 0.0

  public init() {}

  /// An objective with this step constant.
  public init(stepConstant: Double = 1e-3, scalesWithNoise: Bool = false, sharesNoise: Bool = true, tweedie: Double = 0)
  {
    self.stepConstant = stepConstant
    self.scalesWithNoise = scalesWithNoise
    self.sharesNoise = sharesNoise
    self.tweedie = tweedie
  }

  // MARK: Tables

  /// What the objective needs of each step i − 1 ← i, in the order of t = i − 1.
  package struct Steps {
    let levels: NoiseLevels
    /// α_i, σ_i, m_t, b_t, r_t/(2σ²)·2 = r_t/σ_i², standard deviation of proposals m_t b̃_i, w_i.
    package let transitionNoise, multiplier, step, coupling, deviation, weight: [Double]

    package init(_ levels: NoiseLevels, stepConstant: Double, scalesWithNoise: Bool) {
      self.levels = levels
      let t = 0..<levels.steps
      let noise = t.map { levels.transitionNoise(to: $0 + 1) }
      let isHighest = { (t: Int) in t == levels.steps - 1 }
      transitionNoise = noise
      multiplier = t.map { isHighest($0) ? 1 : levels.transitionSignal(to: $0 + 1) }
      step = t.map { t in
        let scale = scalesWithNoise ? levels.noises[t] : 1
        return (2 * stepConstant * scale / levels.noises[0]).squareRoot() * noise[t]
      }
      coupling = t.map { isHighest($0) ? 0 : 1 / (noise[$0] * noise[$0]) }
      deviation = zip(t, multiplier).map { levels.posteriorNoise(from: $0 + 1) * $1 }
      weight = noise.map { noise[0] / $0 }
    }
  }

  package func steps(_ levels: NoiseLevels) -> Steps {
    Steps(levels, stepConstant: stepConstant, scalesWithNoise: scalesWithNoise)
  }

  /// Levels of a model whose pipeline was checked to have a schedule.
  private func levels(_ model: Model) -> NoiseLevels {
    guard let levels = model.levels else { preconditionFailure("cooperative-recovery: the model has no noise levels") }
    return levels
  }

  // MARK: Training

  public func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
    let levels = levels(model)
    let steps = steps(levels)
    let (rows, columnShape) = (data.shape[0], [data.shape[0]] + data.shape.dropFirst().map { _ in 1 })
    // t = i − 1, uniform.
    let draw = (context.random.uniform([rows]) * Float(levels.steps)).floor()
    let t = Tensor.minimum(draw, Tensor(Float(levels.steps - 1)))
    func table(_ numbers: [Double], at index: Tensor) -> Tensor {
      Tensor(numbers.map(Float.init)).gatheringRows(at: index)
    }
    func column(_ numbers: [Double], at index: Tensor) -> Tensor { table(numbers, at: index).reshaped(columnShape) }

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

    let request = StartRequest(
      count: rows, space: model.space, data: data,
      noisy: .init(
        position: partner, level: .init(index: t + 1, logSNR: model.logSNR), deviation: table(steps.deviation, at: t)))
    guard let initializer = model.initializer, let sampler = model.sampler else {
      preconditionFailure("cooperative-recovery: the model has no initializer or sampler")
    }
    let start = initializer.start(request, &context)
    var evaluation = context
    evaluation.phase = .evaluation
    let target = target(
      model, condition, partner: partner, step: table(steps.step, at: t), coupling: table(steps.coupling, at: t),
      evaluation)
    let chain = sampler.run(from: start.stoppingGradient(), target: target, random: &context.random)
    let negative = chain.position.stoppingGradient()
    let negativeEnergy = model.energy(negative, condition, &evaluation)
    let weight = table(steps.weight, at: t)
    let gap = (negativeEnergy - positiveEnergy).mean()
    return Losses(
      energy: (weight * (positiveEnergy - negativeEnergy)).mean(),
      initializer: initializer.finish(start: start, end: negative, request: request, &context),
      diagnostics: [("energyGap", gap), ("acceptance", chain.acceptance.mean())])
  }

  /// The conditional of the points of a level given noisier ones, with the level's step as its scale.
  package func target(
    _ model: Model, _ condition: Condition, partner: Tensor, step: Tensor, coupling: Tensor, _ context: Context
  ) -> Target {
    let (energy, precision) = (model.energy, step.squared().reciprocal())
    return Target(scale: step) { y in
      var context = context
      let distance = (y - partner).squared().sum(alongAxes: Array(1..<y.rank))
      return energy(y, condition, &context) * precision + 0.5 * coupling * distance
    }
  }

  // MARK: Sampling

  public func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] {
    let levels = levels(model)
    let steps = steps(levels)
    guard let initializer = model.initializer, let sampler = model.sampler else { return [] }
    func all(_ number: Double) -> Tensor { Tensor(Float(number)).broadcast(to: [count]) }
    var x = context.random.normal([count] + model.space.shape)
    var samples: [LeveledSamples] = []
    for t in (0..<levels.steps).reversed() {
      let request = StartRequest(
        count: count, space: model.space,
        noisy: .init(
          position: x, level: .init(index: all(Double(t + 1)), logSNR: model.logSNR), deviation: all(steps.deviation[t])
        ))
      let condition = Condition(level: .init(index: all(Double(t)), logSNR: model.logSNR))
      let target = target(
        model, condition, partner: x, step: all(steps.step[t]), coupling: all(steps.coupling[t]), context)
      let start = initializer.start(request, &context)
      x = sampler.run(from: start, target: target, random: &context.random).position / Float(steps.multiplier[t] + 1e-8)
      samples.append(LeveledSamples(level: t, points: x))
    }
    guard tweedie > 0, let last = samples.popLast() else { return samples }
    // x̂ = (x + κ s̄₀² ∇f/b₀²)/ā₀ with the derivative through y = m₀ x.
    let y = last.points * Float(steps.multiplier[0])
    let condition = Condition(level: .init(index: all(0), logSNR: model.logSNR))
    let energy = model.energy(y, condition, &context)
    let gradient = pullback(of: [energy], along: [all(1)], withRespectTo: [y])[0]
    let factor = tweedie * levels.noises[0] * levels.noises[0] * steps.multiplier[0] / (steps.step[0] * steps.step[0])
    let points = (last.points - Float(factor) * gradient) / Float(levels.signals[0])
    return samples + [LeveledSamples(level: 0, points: points)]
  }

  public func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
    let steps = steps(levels(model))
    let t = level ?? 0
    let index = Tensor(Float(t)).broadcast(to: [points.shape[0]])
    let condition = Condition(level: .init(index: index, logSNR: model.logSNR))
    let raw = model.energy(points * Float(steps.multiplier[t]), condition, &context)
    return raw / Float(steps.step[t] * steps.step[t])
  }
}
