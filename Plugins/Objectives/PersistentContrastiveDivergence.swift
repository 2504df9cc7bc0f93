public import EBMCore
public import Tensors

/// Persistent contrastive divergence: maximum likelihood with negatives from chains that an initializer keeps.
///
/// ```
/// L = mean E(x⁺) − mean E(x⁻) + a (mean E(x⁺)² + mean E(x⁻)²)
/// ```
/// x⁻ are the ends of chains that start where the initializer says, constants for the derivative. Its gradient
/// estimates that of −log likelihood; its value is a gap, not a likelihood. With a replay buffer this is Tieleman's
/// algorithm; with starts at the data it is CD-k.
/// Source: Tieleman, 2008; the energy penalty is Du & Mordatch's, 2019, eq. 4.
public struct PersistentContrastiveDivergence: Objective {
  public static let name = "persistent-contrastive-divergence"
  public static let summary = "Maximum likelihood with negatives from persistent chains (PCD)."
  public static let needs: Set<PipelineNeed> = [.sampler, .initializer]
  public static let settings = [
    Setting("energyPenalty", "a, weight of the squared energies that keep them near 0", .atLeast(0)),
    Setting("samplingSteps", "sampler steps of a chain that makes a sample, from fresh noise", .integers(1...)),
  ]

  /// a. 0.1.
  public var energyPenalty: Float = 0.1
  /// Sampler steps that make a sample from fresh noise, with a trained model. 500.
  public var samplingSteps = 500

  public init() {}

  /// An objective with this penalty.
  public init(energyPenalty: Float = 0.1, samplingSteps: Int = 500) {
    self.energyPenalty = energyPenalty
    self.samplingSteps = samplingSteps
  }

  public func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
    guard let initializer = model.initializer, let sampler = model.sampler else {
      preconditionFailure("persistent-contrastive-divergence: the model has no initializer or sampler")
    }
    let request = StartRequest(count: data.shape[0], space: model.space, data: data)
    let positiveEnergy = model.energy(data, Condition(), &context)
    let start = initializer.start(request, &context)
    let target = target(model, context)
    let chain = sampler.run(from: start.stoppingGradient(), target: target, random: &context.random)
    let negative = chain.position.stoppingGradient()
    var evaluation = context
    evaluation.phase = .evaluation
    let negativeEnergy = model.energy(negative, Condition(), &evaluation)
    let gap = positiveEnergy.mean() - negativeEnergy.mean()
    let penalty = positiveEnergy.squared().mean() + negativeEnergy.squared().mean()
    return Losses(
      energy: gap + energyPenalty * penalty,
      initializer: initializer.finish(start: start, end: negative, request: request, &context),
      diagnostics: [("energyGap", -gap), ("acceptance", chain.acceptance.mean())])
  }

  private func target(_ model: Model, _ context: Context) -> Target {
    let energy = model.energy
    var context = context
    context.phase = .evaluation
    return Target { [context] x in
      var context = context
      return energy(x, Condition(), &context)
    }
  }

  public func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] {
    guard let sampler = model.sampler else { return [] }
    // Fresh chains, not the buffer's: samples of the model must not depend on how it was trained.
    let start = context.random.normal([count] + model.space.shape)
    let chain = sampler.run(from: start, target: target(model, context), steps: samplingSteps, random: &context.random)
    return [LeveledSamples(level: nil, points: chain.position)]
  }

  public func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
    model.energy(points, Condition(), &context)
  }
}
