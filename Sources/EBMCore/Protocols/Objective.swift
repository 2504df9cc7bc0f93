public import Tensors

/// What is minimised: the family `objective`. It also knows how a trained model is sampled and what its density is,
/// since both follow from what was learned.
public protocol Objective: Component {
  /// What the objective needs of the pipeline besides an energy and data.
  static var needs: Set<PipelineNeed> { get }

  /// The losses of one batch of data, traced.
  func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses

  /// Samples from a trained model, one set for each noise level, noisiest first, the last being the result.
  func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples]

  /// −log density up to a constant at points `[batch, …]` of a noise level (nil for models without levels).
  func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor
}

extension Objective {
  public static var family: ComponentFamily { .objective }
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
  /// The level; nil for models without levels.
  public let level: Int?
  /// Points `[count, …]`.
  public let points: Tensor

  /// Samples of a level.
  public init(level: Int?, points: Tensor) {
    self.level = level
    self.points = points
  }
}
