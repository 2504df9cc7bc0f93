public import Networks
public import Tensors

/// A pipeline made into functions: its components with their parameters declared.
public struct Model: Sendable {
  /// What a point is.
  public let space: SampleSpace
  /// E.
  public let energy: any EnergyFunction
  /// Where chains start; a start at the data when the pipeline has none.
  public let initializer: (any InitializerFunction)?
  /// How chains move.
  public let sampler: (any Sampler)?
  /// Noise levels; nil for models without.
  public let levels: NoiseLevels?
  /// What is minimised, and how what was learned is sampled.
  public let objective: any ObjectiveFunction
  /// Declares all parameters: `energy.…`, `initializer.…` and `objective.…`.
  public let scope: ParameterScope

  /// Builds the functions of a pipeline.
  ///
  /// - Parameter scope: where parameters are declared; a tree of its own by default.
  public init(_ pipeline: Pipeline, in scope: ParameterScope = ParameterScope()) throws(ConfigurationError) {
    self.scope = scope
    space = pipeline.dataset.space
    energy = try pipeline.energy.function(over: space, in: scope["energy"])
    initializer = try pipeline.initializer?.function(
      over: space, chains: pipeline.training.batch / pipeline.training.microBatches, in: scope["initializer"])
    sampler = pipeline.sampler
    levels = try pipeline.schedule?.noiseLevels()
    objective = try pipeline.objective.function(over: space, in: scope["objective"])
  }

  /// Learned weights of the energy, and of the objective where it learns some, such as ln Z.
  public var energyWeights: [Parameter] {
    (scope["energy"].parameters + scope["objective"].parameters).filter { $0.kind == .weight }
  }
  /// Learned weights of the initializer.
  public var initializerWeights: [Parameter] { scope["initializer"].parameters.filter { $0.kind == .weight } }

  /// The sampler of a model whose objective says that it needs one.
  public var requiredSampler: any Sampler {
    guard let sampler else {
      preconditionFailure("the model has no sampler, which its objective does not say it needs")
    }
    return sampler
  }

  /// The noise levels of a model whose objective says that it needs a schedule.
  public var requiredLevels: NoiseLevels {
    guard let levels else { preconditionFailure("the model has no levels, which its objective does not say it needs") }
    return levels
  }

  /// log SNR of all levels, `[T + 1]`.
  public var logSNR: Tensor { Tensor((levels?.logSNR ?? []).map(Float.init)) }
}
