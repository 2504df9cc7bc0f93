public import EBMCore
public import Tensors

/// Maximum likelihood with negatives from any sampler and any start of chains.
///
/// ```
/// L = mean E(x⁺) − mean E(x⁻) + a (mean E(x⁺)² + mean E(x⁻)²) + c mean E_{sg(θ)}(x⁻(θ))
/// ```
/// x⁻ are the ends of chains that start where the initializer says, constants in the first terms. The gradient of the
/// first two estimates that of −log likelihood, the better the nearer the chains come to the model; their value is a
/// gap, not a likelihood. The last term, off by default, differentiates through the chains themselves, which it draws to
/// low energies; its derivative needs the memory of all steps it passes. `form` compares the energies in other ways.
/// With starts from noise this is short-run learning, with kept chains persistent contrastive divergence, with a
/// generator cooperative learning.
/// Source: Du & Mordatch, 2019, eq. 4, and the authors' code; Du et al., *Improved contrastive divergence training of
/// energy-based models*, 2021, eq. 5, for the last term, whose entropy is left out.
public struct MaximumLikelihood: Objective, ObjectiveFunction {
  public static let name = "maximum-likelihood"
  public static let summary = "Maximum likelihood with negatives from Markov chains."

  @Setting("how energies of data and chains compare") public var form = ContrastiveForm.difference
  @Setting("a, weight of the squared energies that keep them near 0", .atLeast(0)) public var energyPenalty: Float = 0
  @Setting("c, weight of the ends' energy as a function of the chain; 0 for none", .atLeast(0))
  public var chainWeight: Float = 0
  @Setting("last steps of a chain that its derivative passes; null for all", .integers(1...))
  public var chainGradientSteps: Int? = nil
  @Setting("sampler steps of a chain that makes a sample, from a fresh start", .integers(0...))
  public var samplingSteps = 500

  public init() {}

  public var offers: Set<Capability> { [.data] }
  public var needs: [Need] { [.part(.sampler), .part(.initializer)] }

  /// Other forms, and the term of the chains' ends, move the minimum.
  public var consistency: Consistency { form == .difference && chainWeight == 0 ? .exact : .approximate }

  public func withoutPenalties() -> Self {
    var plain = self
    plain.energyPenalty = 0
    return plain
  }

  public func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
    let training = ContrastiveTraining(
      loss: ContrastiveLoss(form: form, energyPenalty: energyPenalty), chainWeight: chainWeight,
      chainGradientSteps: chainGradientSteps)
    return training.losses(for: data, initializer: model.initializer, model: model, &context)
  }

  public func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] {
    let target = model.target(in: context)
    return [
      LeveledSamples(level: nil, points: model.freshSamples(count, steps: samplingSteps, target: target, &context))
    ]
  }

  public func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
    model.energy(points, Condition(), &context)
  }
}
