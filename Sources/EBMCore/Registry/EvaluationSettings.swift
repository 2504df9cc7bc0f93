/// On how many points a trained model is measured: the section `evaluation` of a recipe.
public struct EvaluationSettings: Configurable, Equatable {
  /// Nil: 5,000, or fewer where points are large.
  @Setting(
    "samples, and as many points of data; null for 5000, or as many as the memory holds where that is less",
    .integers(2...10_000_000))
  public var count: Int? = nil
  @Setting("MiB that these points may take where count is null", .integers(1...1_048_576)) public var memory = 512

  /// Every default.
  public init() {}

  /// Samples where the settings leave it open.
  private static let usual = 5_000
  /// Samples and data, and a copy of each at work.
  private static let copies = 4

  /// How many points of D numbers each, and a line that says so when that is fewer than usual.
  public func points(dimension: Int) -> (count: Int, note: String?) {
    if let count { return (count, nil) }
    let bytes = MemoryLayout<Float>.size * EvaluationSettings.copies * max(1, dimension)
    let held = max(2, (memory << 20) / bytes)
    if held >= EvaluationSettings.usual { return (EvaluationSettings.usual, nil) }
    return (
      held,
      "measured on \(held) points instead of \(EvaluationSettings.usual): \(memory) MiB hold no more of "
        + "\(dimension) numbers each (evaluation.memory, evaluation.count)"
    )
  }
}
