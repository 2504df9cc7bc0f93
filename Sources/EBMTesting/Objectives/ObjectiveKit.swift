internal import EBMCore

/// Parts that an objective is examined with: a problem whose truth is in the energy's family, and one that is learned.
///
/// Objectives differ in what they take: points without classes, with classes, energies made from class scores, discrete
/// points. The first kit whose parts an objective accepts is used.
struct ObjectiveKit {
  /// Data and energies with a truth, and a sampler that is exact for them.
  let truth: (dataset: any Dataset, energy: any Energy, sampler: any Sampler)
  /// Data, an energy that can learn it, and a sampler.
  let training: (dataset: any Dataset, energy: any Energy, sampler: any Sampler)

  static let all = [
    ObjectiveKit(
      truth: (GaussianData(), QuadraticEnergy(), QuadraticSolver()), training: (SpotData(), SmallEnergy(), MixedSteps())
    ),
    ObjectiveKit(
      truth: (GaussianData(classes: 3), QuadraticEnergy(), QuadraticSolver()),
      training: (SpotData(classes: 3), SmallEnergy(), MixedSteps())),
    ObjectiveKit(
      truth: (GaussianData(classes: 3), QuadraticEnergy(classes: 3), QuadraticSolver()),
      training: (SpotData(classes: 3), SmallEnergy(classes: 3), MixedSteps())),
    ObjectiveKit(
      truth: (CoinData(), FieldEnergy(), CoinSweeps()), training: (CoinData(), SmallEnergy(), CoinSweeps())),
  ]

  /// Which families beside data, energy, objective and optimizer take part.
  enum Extent: CaseIterable {
    /// What the objective says that it needs.
    case needed
    /// That, and noise levels.
    case leveled
    /// Everything.
    case all

    func includes(_ family: ComponentFamily, of objective: any Objective) -> Bool {
      objective.needs.contains(.part(family)) || self == .all || self == .leveled && family == .schedule
    }
  }

  /// A pipeline of these parts.
  static func pipeline(
    _ objective: any Objective, _ parts: (dataset: any Dataset, energy: any Energy, sampler: any Sampler),
    extent: Extent, batch: Int, seed: UInt64
  ) throws(ConfigurationError) -> Pipeline {
    var training = TrainingSettings()
    training.batch = batch
    training.averagingDecay = 0
    training.iterations = 1_000
    func part(_ family: ComponentFamily, _ component: any Component) -> [any Component] {
      extent.includes(family, of: objective) ? [component] : []
    }
    let components: [any Component] =
      [parts.dataset, parts.energy, objective, PlainAdam()] + part(.schedule, FiveLevels())
      + part(.sampler, parts.sampler) + part(.initializer, NearestStart())
    return try Pipeline("conformance", seed: seed, training: training) {
      for component in components { component }
    }
  }

  /// The first kit and extent that an objective accepts.
  ///
  /// - Parameter choose: the problem with a truth, or the one to learn.
  /// - Throws: what was wrong with the first one tried.
  static func accepted(
    by objective: any Objective, extents: [Extent], batch: Int, seed: UInt64,
    _ choose: (ObjectiveKit) -> (dataset: any Dataset, energy: any Energy, sampler: any Sampler)
  ) throws(ConfigurationError) -> (pipeline: Pipeline, model: Model) {
    var first: ConfigurationError?
    for kit in all {
      for extent in extents {
        do throws(ConfigurationError) {
          let pipeline = try pipeline(objective, choose(kit), extent: extent, batch: batch, seed: seed)
          return (pipeline, try Model(pipeline))
        } catch { first = first ?? error }
      }
    }
    throw first ?? ConfigurationError(path: "objective", what: "no kit")
  }
}
