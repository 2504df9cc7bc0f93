public import EBMCore
public import Tensors

/// Denoising score matching: the slope of the energy of noised data is fitted to the noise, without chains.
///
/// ```
/// x_i = ā_i x + s̄_i ε,   L = ½ mean λ_i ‖∇E(x_i, i) − ε/s̄_i‖²,   λ_i = s̄_i² or 1
/// ```
/// With a noise schedule the level is uniform among all of it, and variance-exploding and variance-preserving schedules
/// are the same to it; without one there is the one level x + σ ε. E(x, i) is the energy of the data noised to level i:
/// that of clean data, blurred by little where the noise is little. The network n gives E = n, or E = n/s̄_i, so that
/// its slope is of the size of ε at every level.
///
/// Samples are drawn by annealing, from the noisiest level down: the sampler's steps at each level, in units of s̄_i, and
/// between levels, if `isAncestral`, a draw of x_{i−1} given x_i and the clean point x̂ = (x_i − s̄_i² ∇E)/ā_i that is
/// expected there, with the step's own noise σ_i; x̂ is also the last step if `denoises`. A sampler that plans all of its
/// steps, as annealed Langevin dynamics does, walks down the levels by its own plan instead.
/// Source: Vincent, *A connection between score matching and denoising autoencoders*, 2011; Song & Ermon, 2019, eq. 5
/// and algorithm 1; Salimans & Ho, *Should EBMs model the energy or the score?*, 2021.
public struct DenoisingScoreMatching: Objective, ObjectiveFunction {
  public static let name = "denoising-score-matching"
  public static let summary = "Denoising score matching, at one noise level or many."

  /// λ of each level.
  public enum Weighting: String, Codable, Sendable, CaseIterable {
    /// s̄²: every level counts the same.
    case variance
    /// 1: the Fisher divergence of each level, most of it from the least noisy.
    case none
  }

  /// What the network gives.
  public enum Parameterization: String, Codable, Sendable, CaseIterable {
    /// E s̄: its slope predicts ε.
    case noise
    /// E.
    case energy
  }

  @Setting("σ, standard deviation of the noise where there is no schedule", .positive) public var deviation = 0.1
  @Setting("λ of each level") public var weighting = Weighting.variance
  @Setting("what the network gives") public var parameterization = Parameterization.noise
  @Setting("sampler steps of a sample where there is no schedule", .integers(0...)) public var samplingSteps = 500
  /// Yes; no for plain annealed Langevin dynamics.
  @Setting("whether levels are connected by draws given the clean point that is expected") public var isAncestral = true
  @Setting("whether the last step of sampling removes the last level's noise") public var denoises = true

  public init() {}

  public var offers: Set<Capability> { [.levels] }
  public var needs: [Need] { [.continuousPoints, .part(.sampler), .from(.energy, .gradient)] }
  public var mayUse: Set<ComponentFamily> { [.schedule, .initializer] }

  public func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
    let rows = data.shape[0]
    let (signals, noises) = (model.levels?.signals ?? [1], model.levels?.noises ?? [deviation])
    let place =
      model.levels == nil
      ? Tensor(0).broadcast(to: [rows])
      : NoiseLevels.randomPlaces(rows, among: noises.count, random: &context.random)
    let noise = context.random.normal(data.shape)
    let deviation = entries(noises, at: place)
    let noised = entries(signals, at: place).column(for: data) * data + deviation.column(for: data) * noise
    let slope = ScoreMatchingTerms(model.energy, at: noised, under: condition(model, place), &context).gradient
    // s̄ ∇E − ε.
    let scaled = parameterization == .noise ? slope : deviation.column(for: data) * slope
    let error = (scaled - noise).squared().sumOfFeatures()
    return Losses(energy: 0.5 * (weighting == .variance ? error : error / deviation.squared()).mean())
  }

  /// What the network is told of rows at places in the schedule.
  private func condition(_ model: Model, _ place: Tensor) -> Condition {
    model.levels == nil ? Condition() : Condition(level: .init(index: place, logSNR: model.logSNR))
  }

  /// E as a target with the levels' noise as its scale.
  private func target(_ model: Model, _ place: Tensor, _ context: Context) -> Target {
    let noise = entries(model.levels?.noises ?? [deviation], at: place)
    let network = model.target(condition(model, place), in: context)
    let isScaled = parameterization == .noise
    return network.derived(scale: noise) { energy, x in isScaled ? energy(x) / noise : energy(x) }
  }

  public func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] {
    let sampler = model.requiredSampler
    let zero = Tensor(0).broadcast(to: [count])
    guard let levels = model.levels else {
      let target = target(model, zero, context)
      let points = model.freshSamples(count, steps: samplingSteps, target: target, &context)
      let noised = LeveledSamples(level: nil, points: points)
      return denoises ? [LeveledSamples(level: nil, points: clean(points, zero, target, [1], [deviation]))] : [noised]
    }
    let (signals, noises) = (levels.signals, levels.noises)
    let highest = noises.count - 1
    // Draws of level i from level i + 1 and the clean point; the noisiest level starts at its own noise.
    let weights = (1...highest).map { levels.posteriorWeights(from: $0) }
    // σ, that of data which is wide against the noise; sharper data is left to the sampler's steps.
    let deviations = (1...highest).map { levels.transitionNoise(to: $0) }
    let start = Float(noises[highest]) * context.random.normal([count] + model.space.shape)
    let evaluation = context
    let planned = model.plannedSamples(count, levels, count: noises.count, &context) { x, place in
      target(model, place, evaluation).energy(x)
    }
    let samples =
      planned
      ?? LevelSweep.samples(from: start, levels: noises.count, &context) { x, level, context in
        let place = level.broadcast(to: [count])
        var x = x
        if isAncestral {
          let above = Tensor.minimum(place + 1, Tensor(Float(highest)))
          let expected = clean(x, above, target(model, above, context), signals, noises)
          func column(_ numbers: [Double]) -> Tensor {
            entries(numbers, at: Tensor.minimum(place, Tensor(Float(highest - 1)))).column(for: x)
          }
          let drawn =
            column(weights.map(\.partner)) * x + column(weights.map(\.clean)) * expected
            + column(deviations) * context.random.normal(x.shape)
          x = Tensor.select((place .< Float(highest)).column(for: x), drawn, x)
        }
        return sampler.run(from: x, target: target(model, place, context), random: &context.random).position
      }
    guard denoises, let last = samples.last else { return samples }
    let points = clean(last.points, zero, target(model, zero, context), signals, noises)
    return samples + [LeveledSamples(level: nil, points: points)]
  }

  /// The clean points that are expected given noisy ones: (x − s̄² ∇E)/ā.
  private func clean(
    _ x: Tensor, _ place: Tensor, _ target: Target, _ signals: [Double], _ noises: [Double]
  ) -> Tensor {
    let variance = entries(noises.map { $0 * $0 }, at: place).column(for: x)
    return (x - variance * target.energyWithGradient(x).gradient) / entries(signals, at: place).column(for: x)
  }

  public func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
    target(model, Tensor(Float(level ?? 0)).broadcast(to: [points.shape[0]]), context).energy(points)
  }
}
