/// A training pipeline: one component of each family that its objective needs, and how long to train.
///
/// It is written with the builder, or decoded from a recipe; both say the same, and each turns into the other.
///
/// ```swift
/// let pipeline = try Pipeline("checkerboard", seed: 1) {
///   Checkerboard { $0.scale = 4 }
///   CosineLogSNR { $0.levels = 6 }
///   ResidualMLP { $0.width = 64; $0.multipliers = [1, 1, 1] }
///   LearnedGaussian { $0.network = ResidualUNetMLP { $0.width = 64 } }
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
  /// - Throws: all that is missing or does not fit, at once.
  public init(_ recipe: Recipe, registry: ComponentRegistry) throws(ConfigurationError) {
    let recipe = try recipe.resolved(with: registry)
    let components = try recipe.components(with: registry)
    try self.init(
      recipe.name ?? "pipeline", seed: recipe.seed, training: try recipe.trainingSettings(),
      evaluation: try recipe.evaluationSettings(), components: components)
  }

  private init(
    _ name: String, seed: UInt64?, training: TrainingSettings, evaluation: EvaluationSettings,
    components: [any Component]
  ) throws(ConfigurationError) {
    var problems: [ConfigurationProblem] = []
    func one<Family>(_ family: ComponentFamily, _ type: Family.Type) -> Family? {
      let found = components.compactMap { $0 as? Family }
      if found.count > 1 {
        let names = components.filter { $0 is Family }.map { Swift.type(of: $0).name }.joined(separator: " and ")
        problems.append(
          ConfigurationProblem(path: family.rawValue, what: "given \(found.count) times: \(names)", expected: "one"))
      }
      return found.first
    }
    let dataset = one(.dataset, (any Dataset).self)
    let energy = one(.energy, (any Energy).self)
    let objective = one(.objective, (any Objective).self)
    let optimizer = one(.optimizer, (any Optimizer).self)
    schedule = one(.schedule, (any NoiseSchedule).self)
    initializer = one(.initializer, (any Initializer).self)
    sampler = one(.sampler, (any Sampler).self)
    func require(_ family: ComponentFamily, _ isThere: Bool, _ why: String) {
      if isThere { return }
      problems.append(ConfigurationProblem(missing: family, why))
    }
    require(.dataset, dataset != nil, "where batches come from")
    require(.energy, energy != nil, "what is learned")
    require(.objective, objective != nil, "what is minimised")
    require(.optimizer, optimizer != nil, "how parameters follow their gradient")
    if let objective {
      let (needs, who) = (type(of: objective).needs, "which \(type(of: objective).name) needs")
      require(.schedule, schedule != nil || !needs.contains(.schedule), who)
      require(.sampler, sampler != nil || !needs.contains(.sampler), who)
      require(.initializer, initializer != nil || !needs.contains(.initializer), who)
    }
    problems += training.conflicts().map { ConfigurationProblem(path: "training", what: $0) }
    guard problems.isEmpty, let dataset, let energy, let objective, let optimizer else {
      throw ConfigurationError(problems)
    }
    self.name = name
    self.seed = seed
    self.training = training
    self.evaluation = evaluation
    self.dataset = try dataset.opened()
    self.energy = energy
    self.objective = objective
    self.optimizer = optimizer
    metrics = components.compactMap { $0 as? any Metric }
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
