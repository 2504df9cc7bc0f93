/// How long and how carefully a model is trained: the section `training` of a recipe.
public struct TrainingSettings: Configurable, Equatable {
  /// What happens when training diverges.
  public enum DivergencePolicy: String, Codable, Sendable, CaseIterable {
    /// Go back to the last good checkpoint and go on with other random numbers.
    case rollback
    /// Stop, with exit status 3.
    case stop
  }

  /// The table of settings.
  public static let settings = [
    Setting("iterations", "parameter updates", .integers(1...)),
    Setting("batch", "data points an update", .integers(1...)),
    Setting("averagingDecay", "decay of the running average of the weights; 0 for no average", .range(0..<1)),
    Setting("gradientClip", "longest gradient norm, longer ones are scaled down; null for none", .optional(.positive)),
    Setting("checkpointEvery", "updates between checkpoints; 0 for one at the end", .integers(0...)),
    Setting("checkpointsKept", "checkpoints that are kept, the latest ones", .integers(1...)),
    Setting("logEvery", "updates between lines of metrics.jsonl", .integers(1...)),
    Setting("threads", "threads that compute; 0 for one a core", .integers(0...1_024)),
    Setting("onDivergence", "what happens when training diverges", .oneOf(DivergencePolicy.allCases.map(\.rawValue))),
    Setting("rollbacks", "rollbacks before training stops after all", .integers(0...)),
  ]

  /// Parameter updates. 2,000.
  public var iterations = 2_000
  /// Data points an update. 512.
  public var batch = 512
  /// Decay of the running average of the weights, in [0, 1); 0 for no average. 0.995.
  public var averagingDecay: Float = 0.995
  /// Longest gradient norm; longer gradients are scaled down to it. 1; nil for none.
  public var gradientClip: Float? = 1
  /// Updates between checkpoints; 0 for one at the end. 500.
  public var checkpointEvery = 500
  /// Checkpoints that are kept, the latest ones. 3.
  public var checkpointsKept = 3
  /// Updates between lines of `metrics.jsonl`. 50.
  public var logEvery = 50
  /// Threads that compute, at most 1,024; 0, the default, for one a core. Results do not depend on it.
  public var threads = 0
  /// What happens when training diverges. Rollback.
  public var onDivergence = DivergencePolicy.rollback
  /// Rollbacks before training stops after all. 3.
  public var rollbacks = 3

  /// Every default.
  public init() {}
}
