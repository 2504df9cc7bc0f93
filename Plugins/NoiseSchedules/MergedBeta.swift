public import EBMCore

/// A few levels, each of which merges many of the thousand steps of a linear schedule: that of diffusion recovery
/// likelihood.
///
/// Level k is step `steps[k]` of the 1000 of ``LinearBeta``. Without `steps` they are k ⌊1000/(2 (T − 1))⌋ for
/// k = 0 … T − 1, then 999: evenly spaced over the less noisy half, the other half in one last step. T = 6 gives
/// 0, 100, 200, 300, 400, 500, 999. Source: Gao et al., *Learning energy-based models by diffusion recovery likelihood*,
/// 2021, and the authors' code.
public struct MergedBeta: NoiseSchedule {
  public static let name = "merged-beta"
  public static let summary = "Few levels that merge the steps of a linear schedule (DRL)."

  @Setting("T, the number of models; there are T + 1 levels", .integers(2...501)) public var levels = 6
  /// Empty, for the authors' choice.
  @Setting(
    "steps of the 1000, from 0, at which the levels lie, rising; empty for the authors' choice",
    .list(of: .integers(0...999)))
  public var steps: [Int] = []

  public init() {}

  public func conflicts() -> [String] {
    if steps.isEmpty { return [] }
    let rises = zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 }
    return (steps.count == levels + 1 ? [] : ["steps \(steps) are \(steps.count), not levels + 1 = \(levels + 1)"])
      + (rises ? [] : ["steps \(steps) do not rise"])
  }

  public func noiseLevels() throws(ConfigurationError) -> NoiseLevels {
    let spacing = 1_000 / (2 * (levels - 1))
    let chosen = steps.isEmpty ? (0..<levels).map { $0 * spacing } + [999] : steps
    return try LinearBeta { $0.levels = 1_000 }.noiseLevels().keeping(chosen, path: "schedule.steps")
  }
}
