public import EBMCore
internal import FileFormats
public import Networks
internal import Tensors

/// The network of a trained run's initializer, with its weights: a start for another run's, or one that stays.
public struct TrainedNetwork: Network {
  public static let name = "trained"
  public static let summary = "The network of a trained run's initializer, frozen or to go on with."

  @Setting("the run's folder", .text) public var run = ""
  @Setting("whether its weights stay as they are") public var isFrozen = true
  private var setting = RunSetting.open

  private enum CodingKeys: CodingKey { case run, isFrozen }

  public init() {}

  /// The network of a run.
  ///
  /// - Parameters:
  ///   - run: its folder.
  ///   - registry: the components that it is made of.
  public init(run: String, registry: ComponentRegistry) {
    self.run = run
    setting = RunSetting(run, registry: registry)
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    run = try values.decode(String.self, forKey: .run)
    isFrozen = try values.decode(Bool.self, forKey: .isFrozen)
    setting = RunSetting(run, registry: decoder.componentRegistry)
  }

  /// The network, and its setting in the initializer.
  private var part: (key: String, network: any Network)? {
    setting.run?.pipeline.initializer?.heldParts.compactMap { part in
      (part.component as? any Network).map { (part.key, $0) }
    }.first
  }

  public var offers: Set<Capability> { part?.network.offers ?? [] }
  public var needs: [Need] { part?.network.needs ?? [] }

  public func misfits(in surroundings: Surroundings) -> [ConfigurationProblem] {
    guard let run = setting.run else { return setting.problems }
    if part == nil {
      return [ConfigurationProblem(path: "run", what: "\(run.path) has no initializer with a network")]
    }
    let (own, given) = (run.pipeline.dataset.space, surroundings.space)
    if own.shape == given.shape { return [] }
    return [
      ConfigurationProblem(
        path: "run", what: "it was trained on points of shape \(own.shape)", found: "points of shape \(given.shape)")
    ]
  }

  public func function(
    over space: SampleSpace, in scope: ParameterScope
  ) throws(ConfigurationError) -> any NetworkFunction {
    let run = try setting.get(at: scope.path)
    guard let part else {
      throw ConfigurationError(path: "\(scope.path).run", what: "\(run.path) has no initializer with a network")
    }
    let (own, prefix) = (scope["trained"], "initializer.\(part.key).")
    let inner = try part.network.function(over: space, in: run.scope(own, prefix: prefix, isFrozen: isFrozen))
    try run.check(own, prefix: prefix)
    return isFrozen ? Frozen(inner: inner) : inner
  }

  private struct Frozen: NetworkFunction {
    let inner: any NetworkFunction

    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      var evaluation = context
      evaluation.phase = .evaluation
      return inner(x, condition, &evaluation)
    }
  }
}
