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
public struct MaximumLikelihood: Objective {
  public static let name = "maximum-likelihood"
  public static let summary = "Maximum likelihood with negatives from Markov chains."
  public static let needs: Set<PipelineNeed> = [.sampler, .initializer]
  public static let settings = [
    Setting("form", "how energies of data and chains compare", .oneOf(ContrastiveForm.allCases.map(\.rawValue))),
    Setting("energyPenalty", "a, weight of the squared energies that keep them near 0", .atLeast(0)),
    Setting("chainWeight", "c, weight of the ends' energy as a function of the chain; 0 for none", .atLeast(0)),
    Setting(
      "chainGradientSteps", "last steps of a chain that its derivative passes; null for all",
      .optional(.integers(1...))),
    Setting("samplingSteps", "sampler steps of a chain that makes a sample, from a fresh start", .integers(1...)),
  ]

  /// How energies are compared. Their difference.
  public var form = ContrastiveForm.difference
  /// a. 0.
  public var energyPenalty: Float = 0
  /// c. 0.
  public var chainWeight: Float = 0
  /// Last steps of a chain that its derivative passes. Nil, for all.
  public var chainGradientSteps: Int?
  /// Sampler steps that make a sample from a fresh start. 500.
  public var samplingSteps = 500

  public init() {}

  /// Other forms, and the term of the chains' ends, move the minimum.
  public var consistency: Consistency { form == .difference && chainWeight == 0 ? .exact : .approximate }

  /// An objective of this form.
  public init(
    form: ContrastiveForm = .difference, energyPenalty: Float = 0, chainWeight: Float = 0,
    chainGradientSteps: Int? = nil, samplingSteps: Int = 500
  ) {
    self.form = form
    self.energyPenalty = energyPenalty
    self.chainWeight = chainWeight
    self.chainGradientSteps = chainGradientSteps
    self.samplingSteps = samplingSteps
  }

  public var startsFrom: Set<StartNeed> { [.data] }

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
