public import EBMCore
public import Tensors

/// Contrastive divergence, CD-k: chains start at the data and take k steps.
///
/// ```
/// L = mean E(x⁺) − mean E(x⁻) + a (mean E(x⁺)² + mean E(x⁻)²),   x⁻ = k sampler steps from x⁺
/// ```
/// Its gradient is that of KL(data ‖ p) − KL(chain ‖ p) but for the way the chain depends on the parameters. Cheap and of
/// low variance, but it hardly sees modes without data: samples of a trained model, which start at noise, show them.
/// Source: Hinton, *Training products of experts by minimizing contrastive divergence*, 2002, eq. 10.
public struct ContrastiveDivergence: Objective, ObjectiveFunction {
  public static let name = "contrastive-divergence"
  public static let summary = "Contrastive divergence: short chains from the data (CD-k)."

  @Setting("k, sampler steps of a chain in training", .integers(1...)) public var steps = 1
  @Setting("a, weight of the squared energies that keep them near 0", .atLeast(0)) public var energyPenalty: Float = 0
  @Setting("sampler steps of a chain that makes a sample, from noise", .integers(0...)) public var samplingSteps = 500

  public init() {}

  public var needs: [Need] { [.part(.sampler), .noPart(.initializer, because: "starts its chains at the data")] }

  public func withoutPenalties() -> Self {
    var plain = self
    plain.energyPenalty = 0
    return plain
  }

  public func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
    let training = ContrastiveTraining(loss: ContrastiveLoss(energyPenalty: energyPenalty), steps: steps)
    return training.losses(for: data, initializer: nil, model: model, &context)
  }

  public func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] {
    MaximumLikelihood { $0.samplingSteps = samplingSteps }.samples(count, model: model, &context)
  }

  public func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
    model.energy(points, Condition(), &context)
  }
}
