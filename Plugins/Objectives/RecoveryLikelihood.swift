public import EBMCore
public import Tensors

/// Recovery likelihood with one noise level: the energy recovers points from noisy ones.
///
/// ```
/// x̃ = x + σ ε,   p(x | x̃) ∝ exp( −E(x) − ‖x̃ − x‖²/(2 σ²) ),   L = mean E(x⁺) − mean E(x⁻)
/// ```
/// x⁻ are the ends of chains of p(x | x̃) that start at x̃ and step in units of σ. The noisy point confines a chain to
/// few modes, so that short chains mix, and p(x) ∝ exp(−E(x)) is learned all the same. Large σ is maximum likelihood,
/// small σ denoising score matching. Samples are drawn from p(x), by long chains from noise with the same steps.
/// Source: Gao et al., 2021, section 3.2, without the diffusion.
public struct RecoveryLikelihood: Objective, ObjectiveFunction {
  public static let name = "recovery-likelihood"
  public static let summary = "Recovery likelihood with one noise level."

  @Setting("σ, standard deviation of the noise, which is also the unit of steps", .positive)
  public var deviation: Float = 0.5
  @Setting("a, weight of the squared energies that keep them near 0", .atLeast(0)) public var energyPenalty: Float = 0
  @Setting("sampler steps of a chain that makes a sample, from noise", .integers(0...)) public var samplingSteps = 500

  public init() {}

  public var needs: [Need] {
    [
      .continuousPoints, .part(.sampler), .from(.energy, .gradient),
      .noPart(.initializer, because: "starts its chains at the noisy points"),
    ]
  }

  public func withoutPenalties() -> Self {
    var plain = self
    plain.energyPenalty = 0
    return plain
  }

  public func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
    let sampler = model.requiredSampler
    let partner = data + deviation * context.random.normal(data.shape)
    let positive = model.energy(data, Condition(), &context)
    let chain = sampler.run(
      from: partner, target: conditional(of: partner, model, context), random: &context.random)
    var evaluation = context
    evaluation.phase = .evaluation
    let negative = model.energy(chain.position.stoppingGradient(), Condition(), &evaluation)
    return Losses(
      energy: ContrastiveLoss(energyPenalty: energyPenalty)(positive: positive, negative: negative),
      diagnostics: [("energyGap", (negative - positive).mean())]
        + chain.diagnostics)
  }

  /// p(x | x̃) with σ as its scale.
  package func conditional(of partner: Tensor, _ model: Model, _ context: Context) -> Target {
    let marginal = model.target(in: context)
    let precision = 1 / (deviation * deviation)
    return marginal.derived(scale: Tensor(deviation)) { energy, x in
      energy(x) + (0.5 * precision) * (x - partner).squared().sumOfFeatures()
    }
  }

  public func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] {
    let target = model.target(scale: Tensor(deviation), in: context)
    return [
      LeveledSamples(level: nil, points: model.freshSamples(count, steps: samplingSteps, target: target, &context))
    ]
  }

  public func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
    model.energy(points, Condition(), &context)
  }
}
