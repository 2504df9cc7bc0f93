internal import Networks
public import Tensors

/// What is minimised: the family `objective`. It also knows how a trained model is sampled and what its density is,
/// since both follow from what was learned.
public protocol Objective: Component {
  /// What the objective needs of the pipeline besides an energy and data.
  static var needs: Set<PipelineNeed> { get }

  /// How what is minimised stands to the law of the data; ``Consistency/exact`` by default. Conformance checks hold
  /// objectives to what they claim here.
  var consistency: Consistency { get }

  /// What it tells an initializer about the chains that it starts, in training and when it samples; everything by
  /// default, which also suits objectives that start none.
  var startsFrom: Set<StartNeed> { get }

  /// Declares in the scope `objective` of a model what the objective itself learns or keeps, such as ln Z, and checks
  /// that the model's parts fit. Called once, when the model is built. Nothing by default.
  func prepare(_ model: Model) throws(ConfigurationError)

  /// The losses of one batch of data, traced.
  func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses

  /// The losses of one batch of data with its classes `[count]`, integers from 1, or nil where the data has none. What
  /// training calls. Objectives that do not learn from classes leave them out, which is the default.
  func losses(for data: Tensor, labels: Tensor?, model: Model, _ context: inout Context) -> Losses

  /// Samples from a trained model, one set for each noise level, noisiest first, the last being the result.
  func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples]

  /// −log density up to a constant at points `[batch, …]` of a noise level (nil for models without levels).
  func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor
}

extension Objective {
  public static var family: ComponentFamily { .objective }
  public var consistency: Consistency { .exact }
  public var startsFrom: Set<StartNeed> { Set(StartNeed.allCases) }

  public func prepare(_ model: Model) throws(ConfigurationError) {}

  public func losses(for data: Tensor, labels: Tensor?, model: Model, _ context: inout Context) -> Losses {
    losses(for: data, model: model, &context)
  }
}

extension Model {
  /// The parameter of this name that the objective declared.
  ///
  /// - Precondition: it did.
  public func objectiveParameter(_ name: String) -> Parameter {
    guard let parameter = scope["objective"].parameters.first(where: { $0.name == "objective.\(name)" }) else {
      preconditionFailure("\(type(of: objective).name): objective.\(name) was not declared in prepare(_:)")
    }
    return parameter
  }

  /// The model with another energy and other starts over the same parameters, such as guided ones.
  public func replacing(energy: any EnergyFunction, initializer: (any InitializerFunction)?) -> Model {
    Model(
      space: space, energy: energy, initializer: initializer, sampler: sampler, levels: levels, objective: objective,
      scope: scope)
  }

  /// The model with other noise levels over the same parameters.
  func replacing(levels: NoiseLevels) -> Model {
    Model(
      space: space, energy: energy, initializer: initializer, sampler: sampler, levels: levels, objective: objective,
      scope: scope)
  }

  private init(
    space: SampleSpace, energy: any EnergyFunction, initializer: (any InitializerFunction)?,
    sampler: (any Sampler)?, levels: NoiseLevels?, objective: any Objective, scope: ParameterScope
  ) {
    self.space = space
    self.energy = energy
    self.initializer = initializer
    self.sampler = sampler
    self.levels = levels
    self.objective = objective
    self.scope = scope
  }
}

/// How the minimum of an objective stands to the law of the data, given that the energy's family holds it.
public enum Consistency: Sendable, Hashable {
  /// The minimum is the law, penalties on energies being 0.
  case exact
  /// The minimum is near the law: a term or a conditional is approximate.
  case approximate
  /// No law of points is learned, but something else.
  case none
}

/// A part that an objective may need.
public enum PipelineNeed: String, Sendable, Hashable, CaseIterable {
  /// A noise schedule.
  case schedule
  /// A sampler.
  case sampler
  /// An initializer.
  case initializer
}

/// The losses of one batch.
public struct Losses: Sendable {
  /// What the energy's parameters minimise, a scalar.
  public var energy: Tensor
  /// What the initializer's parameters minimise, a scalar; nil when it does not learn.
  public var initializer: Tensor?
  /// Numbers to watch, scalars by name, in the order in which they are shown.
  public var diagnostics: [(name: String, value: Tensor)]

  /// Losses and numbers to watch.
  public init(energy: Tensor, initializer: Tensor? = nil, diagnostics: [(name: String, value: Tensor)] = []) {
    self.energy = energy
    self.initializer = initializer
    self.diagnostics = diagnostics
  }
}

/// Samples of one noise level.
public struct LeveledSamples: Sendable {
  /// The level whose noise the points have; nil for points without noise, and for models without levels.
  public let level: Int?
  /// Points `[count, …]`.
  public let points: Tensor

  /// Samples of a level.
  public init(level: Int?, points: Tensor) {
    self.level = level
    self.points = points
  }
}
