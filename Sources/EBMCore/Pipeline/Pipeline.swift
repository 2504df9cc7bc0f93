/// A training pipeline: one component of each family that its objective needs, and how long to train.
///
/// It is written with the builder, or decoded from a recipe; both say the same, and each turns into the other.
///
/// ```swift
/// let pipeline = try Pipeline("checkerboard", seed: 1) {
///   Checkerboard { $0.scale = 4 }
///   CosineLogSNR { $0.levels = 6 }
///   ResidualMLP { $0.width = 64; $0.multipliers = [1, 1, 1] }
///   LearnedGaussian { $0.network = PointPerceptron { $0.width = 64 } }
///   Langevin { $0.steps = 15 }
///   CooperativeRecovery()
///   Adam { $0.learningRate = 1e-3 }
/// }
/// ```
public struct Pipeline: Sendable {
  /// What it is called.
  public var name: String
  /// The seed of all randomness; nil for one drawn when training starts.
  public var seed: UInt64?
  /// Where batches come from.
  public var dataset: any Dataset
  /// Signal and noise at each level, for objectives that have levels.
  public var schedule: (any NoiseSchedule)?
  /// What E(x) is.
  public var energy: any Energy
  /// Where chains start.
  public var initializer: (any Initializer)?
  /// How chains move.
  public var sampler: (any Sampler)?
  /// What is minimised.
  public var objective: any Objective
  /// How parameters follow their gradient.
  public var optimizer: any Optimizer
  /// How long and how carefully.
  public var training: TrainingSettings
  /// On how many points it is measured.
  public var evaluation: EvaluationSettings
  /// What is measured at the end.
  public var metrics: [any Metric]

  /// Composes a pipeline.
  ///
  /// - Parameters:
  ///   - name: what it is called.
  ///   - seed: the seed of all randomness; nil for one drawn when training starts.
  ///   - training: how long and how carefully.
  ///   - evaluation: on how many points the trained model is measured.
  ///   - components: one of each family that is needed, metrics as many as wanted, in any order.
  /// - Throws: all that is missing, doubled or does not fit, at once.
  public init(
    _ name: String, seed: UInt64? = nil, training: TrainingSettings = TrainingSettings(),
    evaluation: EvaluationSettings = EvaluationSettings(), @PipelineBuilder components: () -> [any Component]
  ) throws(ConfigurationError) {
    try self.init(name, seed: seed, training: training, evaluation: evaluation, components: components())
  }

  /// A pipeline from a resolved recipe.
  ///
  /// - Parameter isTrained: whether it is to be sampled and measured only, with weights that are there.
  /// - Throws: all that is missing or does not fit, at once.
  public init(_ recipe: Recipe, registry: ComponentRegistry, isTrained: Bool = false) throws(ConfigurationError) {
    let recipe = try recipe.resolved(with: registry)
    try self.init(
      recipe.name ?? "pipeline", seed: recipe.seed, training: try recipe.trainingSettings(),
      evaluation: try recipe.evaluationSettings(), components: try recipe.components(with: registry),
      registry: registry, isTrained: isTrained)
  }

  /// - Parameter registry: where a message finds what would fit; nil for a pipeline that was composed in Swift.
  private init(
    _ name: String, seed: UInt64?, training: TrainingSettings, evaluation: EvaluationSettings,
    components: [any Component], registry: ComponentRegistry? = nil, isTrained: Bool = false
  ) throws(ConfigurationError) {
    var composition = Composition(
      components, batch: training.batch / max(1, training.microBatches), isTrained: isTrained)
    var problems = composition.gaps
    for component in components { problems += component.settingProblems(at: type(of: component).family.rawValue) }
    problems += training.settingProblems(at: "training") + evaluation.settingProblems(at: "evaluation")
    // Whoever says more than one thing wrong hears of all of them, as far as can be told.
    var levels: NoiseLevels?
    if problems.isEmpty {
      do throws(ConfigurationError) {
        if let dataset = composition.parts[.dataset] as? any Dataset {
          composition = composition.replacing(.dataset, with: try dataset.opened())
        }
        levels = try (composition.parts[.schedule] as? any NoiseSchedule)?.noiseLevels()
      } catch { problems += error.problems }
    }
    if problems.isEmpty || composition.parts[.dataset] == nil {
      let misfits = composition.misfits(levels: levels)
      problems += registry.map { composition.adding(alternativesFrom: $0, to: misfits, levels: levels) } ?? misfits
    }
    guard problems.isEmpty, let dataset = composition.parts[.dataset] as? any Dataset,
      let energy = composition.parts[.energy] as? any Energy,
      let objective = composition.parts[.objective] as? any Objective,
      let optimizer = composition.parts[.optimizer] as? any Optimizer
    else { throw ConfigurationError(problems) }
    self.name = name
    self.seed = seed
    self.training = training
    self.evaluation = evaluation
    self.dataset = dataset
    self.energy = energy
    self.objective = objective
    self.optimizer = optimizer
    schedule = composition.parts[.schedule] as? any NoiseSchedule
    initializer = composition.parts[.initializer] as? any Initializer
    sampler = composition.parts[.sampler] as? any Sampler
    metrics = composition.metrics
  }

  /// Every component, in the order of the recipe's sections.
  public var components: [any Component] {
    let parts: [(any Component)?] = [dataset, schedule, energy, initializer, sampler, objective, optimizer]
    return parts.compactMap { $0 } + metrics
  }

  /// The pipeline as a recipe, all settings written out.
  public func recipe() throws(ConfigurationError) -> Recipe {
    try Recipe(name: name, seed: seed, components: components, training: training, evaluation: evaluation)
  }
}
