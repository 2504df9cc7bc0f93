import EBMCore
import Objectives
import Tensors

/// Diffusion recovery whose chains start at the very points that they should recover, as contrastive divergence does at
/// the data: nothing has to be found, so that a step or two are enough.
struct RecoveryFromData: Objective, ObjectiveFunction {
  static let name = "recovery-from-data"
  static let summary = "Diffusion recovery by contrastive divergence."
  @Setting("c of b² = 2 c σ²/s₀", .positive) var stepConstant = 1e-3
  var offers: Set<Capability> { [.levels] }
  var needs: [Need] { [.continuousPoints, .part(.schedule), .part(.sampler), .from(.energy, .levels)] }

  private var recovery: LeveledRecovery {
    LeveledRecovery(stepConstant: stepConstant, scalesWithNoise: false, sharesNoise: false)
  }

  func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
    let steps = recovery.steps(model.requiredLevels)
    let (points, partners, t) = recovery.pairs(of: data, steps: steps, random: &context.random)
    let condition = Condition(level: .init(index: t, logSNR: model.logSNR))
    var (frozen, random) = (context, context.random.branch("chains"))
    frozen.phase = .evaluation
    let chain = recovery.recovered(
      from: points, partner: partners, t: t, steps: steps, model: model, frozen, &random)
    let positive = model.energy(points, condition, &context)
    let negative = model.energy(chain.position.stoppingGradient(), condition, &frozen)
    return Losses(
      energy: ContrastiveLoss()(positive: positive, negative: negative), diagnostics: chain.diagnostics)
  }

  func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] {
    recovery.samples(count, model: model, &context)
  }

  func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
    recovery.energy(at: points, level: level, model: model, &context)
  }
}
