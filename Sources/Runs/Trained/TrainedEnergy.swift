public import EBMCore
internal import FileFormats
public import Networks
internal import Tensors

/// The energy of a trained run, with its weights: a part of products, mixtures, guided and negated energies, or where
/// another training begins.
///
/// ```json
/// {"type": "sum", "terms": [{"type": "trained", "run": "runs/a"}, {"type": "trained", "run": "runs/b"}]}
/// ```
/// Without `level` it is the network that the run learned, which is told the noise levels and classes of the pipeline it
/// stands in; those of recovery give b² E, as in their own run. With `level` it is −ln p of the run at that level, up to a
/// constant, whatever its objective. Frozen weights are buffers: they are saved with the new run, and no optimizer moves
/// them. The run's folder is needed whenever the recipe is read.
public struct TrainedEnergy: Energy {
  public static let name = "trained"
  public static let summary = "The energy of a trained run, frozen or to go on with."

  @Setting("the run's folder", .text) public var run = ""
  @Setting("noise level whose density it is; null for the network, which is told levels", .integers(0...100_000))
  public var level: Int? = nil
  @Setting("whether its weights stay as they are") public var isFrozen = true
  private var setting = RunSetting.open

  private enum CodingKeys: CodingKey { case run, level, isFrozen }

  public init() {}

  /// The energy of a run.
  ///
  /// - Parameters:
  ///   - run: its folder.
  ///   - registry: the components that it is made of.
  ///   - configure: sets the rest.
  public init(run: String, registry: ComponentRegistry, _ configure: (inout TrainedEnergy) -> Void = { _ in }) {
    self.run = run
    configure(&self)
    setting = RunSetting(self.run, registry: registry)
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    run = try values.decode(String.self, forKey: .run)
    level = try values.decode(Int?.self, forKey: .level)
    isFrozen = try values.decode(Bool.self, forKey: .isFrozen)
    setting = RunSetting(run, registry: decoder.componentRegistry)
  }

  public var offers: Set<Capability> {
    guard level == nil, let run = setting.run else { return [.gradient] }
    return run.pipeline.energy.offers.subtracting([.classScores])
  }

  public func misfits(in surroundings: Surroundings) -> [ConfigurationProblem] {
    guard let run = setting.run else { return setting.problems }
    var problems: [ConfigurationProblem] = []
    let (own, given) = (run.pipeline.dataset.space, surroundings.space)
    if own.shape != given.shape || own.values != given.values {
      problems.append(
        ConfigurationProblem(
          path: "run", what: "it was trained on \(own.values.rawValue) points of shape \(own.shape)",
          found: "\(given.values.rawValue) points of shape \(given.shape)"))
    }
    let levels = (try? run.pipeline.schedule?.noiseLevels())?.steps
    if let level, level >= levels ?? 1 {
      problems.append(
        ConfigurationProblem(
          path: "level", found: "\(level)",
          expected: levels.map { "a level of the run, 0 to \($0 - 1)" } ?? "null or 0: the run has no noise levels"))
    }
    return problems
  }

  public func function(
    over space: SampleSpace, in scope: ParameterScope
  ) throws(ConfigurationError) -> any EnergyFunction {
    let run = try setting.get(at: scope.path)
    let own = scope["trained"]
    if let level {
      // Chains of its own start nowhere: what an initializer keeps is not needed.
      var pipeline = run.pipeline
      pipeline.initializer = nil
      let model = try Model(pipeline, in: run.scope(own, prefix: "", isFrozen: isFrozen))
      try run.check(own, prefix: "")
      return Density(model: model, level: model.levels == nil ? nil : level, isFrozen: isFrozen)
    }
    let inner = try run.pipeline.energy.function(
      over: space, in: run.scope(own, prefix: "energy.", isFrozen: isFrozen))
    try run.check(own, prefix: "energy.")
    return isFrozen ? Frozen(inner: inner) : inner
  }

  private struct Frozen: EnergyFunction {
    let inner: any EnergyFunction

    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      // Its buffers stay as they are too.
      var evaluation = context
      evaluation.phase = .evaluation
      return inner(x, condition, &evaluation)
    }
  }

  private struct Density: EnergyFunction {
    let model: Model
    let level: Int?
    let isFrozen: Bool

    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      var evaluation = context
      evaluation.phase = .evaluation
      if isFrozen { return model.objective.energy(at: x, level: level, model: model, &evaluation) }
      return model.objective.energy(at: x, level: level, model: model, &context)
    }
  }
}
