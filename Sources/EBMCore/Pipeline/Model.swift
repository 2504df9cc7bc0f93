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
  /// What is minimised.
  public let objective: any Objective
  /// Declares all parameters: `energy.…` and `initializer.…`.
  public let scope: ParameterScope

  /// Builds the functions of a pipeline.
  public init(_ pipeline: Pipeline) throws(ConfigurationError) {
    scope = ParameterScope()
    space = pipeline.dataset.space
    try Model.checkStarts(of: pipeline)
    energy = try pipeline.energy.function(over: space, in: scope["energy"])
    initializer = try pipeline.initializer?.function(
      over: space, chains: pipeline.training.batch / pipeline.training.microBatches, in: scope["initializer"])
    sampler = pipeline.sampler
    try sampler?.checkFit(over: space)
    levels = try pipeline.schedule?.noiseLevels()
    objective = pipeline.objective
    try objective.prepare(self)
  }

  /// Throws where starts are to be made from what the objective does not give.
  private static func checkStarts(of pipeline: Pipeline) throws(ConfigurationError) {
    guard let initializer = pipeline.initializer else { return }
    let objective = pipeline.objective
    let missing = initializer.needs.subtracting(objective.startsFrom).sorted { $0.rawValue < $1.rawValue }
    if missing.isEmpty { return }
    throw ConfigurationError(
      missing.map {
        ConfigurationProblem(
          path: "initializer",
          what: "\(type(of: initializer).name) needs \($0.phrase), which \(type(of: objective).name) does not give")
      })
  }

  /// Learned weights of the energy, and of the objective where it learns some, such as ln Z.
  public var energyWeights: [Parameter] {
    (scope["energy"].parameters + scope["objective"].parameters).filter { $0.kind == .weight }
  }
  /// Learned weights of the initializer.
  public var initializerWeights: [Parameter] { scope["initializer"].parameters.filter { $0.kind == .weight } }

  /// log SNR of all levels, `[T + 1]`.
  public var logSNR: Tensor { Tensor((levels?.logSNR ?? []).map(Float.init)) }
}
