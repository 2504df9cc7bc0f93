public import Networks
public import Tensors

/// What is minimised: the family `objective`. It also knows how a trained model is sampled and what its density is,
/// since both follow from what was learned.
public protocol Objective: Component {
  /// Families of components that it uses where they are there, besides those that it needs; none by default. A pipeline
  /// with a schedule, an initializer or a sampler that is of no use is refused.
  var mayUse: Set<ComponentFamily> { get }

  /// How what is minimised stands to the law of the data; ``Consistency/exact`` by default. Conformance checks hold
  /// objectives to what they claim here.
  var consistency: Consistency { get }

  /// The objective without the terms that keep energies small, which move its minimum; itself by default.
  func withoutPenalties() -> Self

  /// The objective as a function of models, what it learns or keeps itself, such as ln Z, declared in `scope`.
  func function(over space: SampleSpace, in scope: ParameterScope) throws(ConfigurationError) -> any ObjectiveFunction
}

/// An objective as a traced function. One that keeps nothing of its own is both, component and function.
public protocol ObjectiveFunction: Sendable {
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
  public var mayUse: Set<ComponentFamily> { [] }
  public func withoutPenalties() -> Self { self }
}

extension Objective where Self: ObjectiveFunction {
  /// The objective itself.
  public func function(over space: SampleSpace, in scope: ParameterScope) -> any ObjectiveFunction { self }
}

extension ObjectiveFunction {
  public func losses(for data: Tensor, labels: Tensor?, model: Model, _ context: inout Context) -> Losses {
    losses(for: data, model: model, &context)
  }
}

extension Model {
  /// The model with another energy and other starts over the same parameters, such as guided ones.
  public func replacing(energy: any EnergyFunction, initializer: (any InitializerFunction)?) -> Model {
    Model(
      space: space, energy: energy, initializer: initializer, sampler: sampler, levels: levels, objective: objective,
      scope: scope)
  }

  private init(
    space: SampleSpace, energy: any EnergyFunction, initializer: (any InitializerFunction)?,
    sampler: (any Sampler)?, levels: NoiseLevels?, objective: any ObjectiveFunction, scope: ParameterScope
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
