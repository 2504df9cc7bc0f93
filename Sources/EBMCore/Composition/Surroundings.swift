/// What a component is put into: the numbers that its settings have to go together with.
public struct Surroundings: Sendable {
  /// What a point is.
  public let space: SampleSpace
  /// Chains of a training step; nil where nobody trains.
  public let batch: Int?
  /// Noise levels; nil without.
  public let levels: NoiseLevels?

  /// Points, and what else is known.
  public init(space: SampleSpace, batch: Int? = nil, levels: NoiseLevels? = nil) {
    self.space = space
    self.batch = batch
    self.levels = levels
  }
}
