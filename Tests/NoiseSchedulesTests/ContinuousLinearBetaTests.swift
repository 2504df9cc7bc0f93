import EBMCore
import NoiseSchedules
import Testing

@Suite struct ContinuousLinearBetaTests {
  @Test func quarters() throws {
    let levels = try ContinuousLinearBeta {
      $0.levels = 3; $0.start = 0.25
    }.noiseLevels()
    expectTable(levels.signals, [0.723657, 0.281183, 0.058664, 0.006572], "ā")
    expectVariancePreserved(levels)
  }

  /// The linear schedule tends to it: with N levels β_j is β(t)/N, so ln ā differs by O(1/N).
  @Test func isTheLimitOfTheLinearSchedule() throws {
    let continuous = try ContinuousLinearBeta {
      $0.levels = 9_999; $0.start = 1e-4
    }.noiseLevels()
    let linear = try LinearBeta { $0.levels = 10_000 }.noiseLevels()
    for level in [99, 4_999, 9_999] {
      #expect(abs(continuous.logSNR[level] - linear.logSNR[level]) < 0.03, "level \(level)")
    }
  }
}
