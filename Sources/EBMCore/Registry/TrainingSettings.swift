/// How long and how carefully a model is trained: the section `training` of a recipe.
public struct TrainingSettings: Configurable, Equatable {
  /// What happens when training diverges.
  public enum DivergencePolicy: String, Codable, Sendable, CaseIterable {
    /// Go back to the last good checkpoint and go on with other random numbers.
    case rollback
    /// Stop, with exit status 3.
    case stop
  }

  @Setting("parameter updates", .integers(1...)) public var iterations = 2_000
  @Setting("data points an update", .integers(1...)) public var batch = 512
  /// With k parts an update takes the memory of `batch`/k points. Its gradient is that of the whole batch, up to rounding,
  /// where the loss is a mean over points; of data in files the parts hold the same rows in the same order. What differs:
  /// random numbers are drawn for each part, chains that are kept are as many as a part has points and move on k times,
  /// buffers such as spectral norm's vectors are updated k times, and what an objective computes from a whole batch it
  /// computes from a part. Clipping and the optimizer see the mean alone.
  @Setting("parts in which a batch is computed, one after the other; their gradients are averaged", .integers(1...))
  public var microBatches = 1
  @Setting("decay of the running average of the weights; 0 for no average", .range(0..<1))
  public var averagingDecay: Float = 0.995
  /// 1; nil for none.
  @Setting("longest gradient norm, longer ones are scaled down; null for none", .positive)
  public var gradientClip: Float? = 1
  @Setting("updates between checkpoints; 0 for one at the end", .integers(0...)) public var checkpointEvery = 500
  @Setting("checkpoints that are kept, the latest ones", .integers(1...)) public var checkpointsKept = 3
  @Setting("updates between lines of metrics.jsonl", .integers(1...)) public var logEvery = 50
  /// Results do not depend on it.
  @Setting("threads that compute; 0 for one a core", .integers(0...1_024)) public var threads = 0
  @Setting("what happens when training diverges") public var onDivergence = DivergencePolicy.rollback
  @Setting("rollbacks before training stops after all", .integers(0...)) public var rollbacks = 3

  /// Every default.
  public init() {}

  /// Parts are of equal size.
  public func conflicts() -> [String] {
    if microBatches >= 1, batch.isMultiple(of: microBatches) { return [] }
    return ["batch \(batch) does not divide into \(microBatches) microBatches of equal size"]
  }
}
