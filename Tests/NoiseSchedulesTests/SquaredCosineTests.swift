import EBMCore
import NoiseSchedules
import Testing

@Suite struct SquaredCosineTests {
  @Test func oneHundredLevels() throws {
    let levels = try SquaredCosine { $0.levels = 100 }.noiseLevels()
    let beta = levels.signals.indices.map { level in
      let below = level == 0 ? 1 : levels.signals[level - 1]
      return 1 - levels.signals[level] * levels.signals[level] / (below * below)
    }
    expectTable(
      [0, 9, 49, 74, 98, 99].map { beta[$0] }, [0.000631, 0.005033, 0.030593, 0.071578, 0.749939, 0.999000], "β")
    expectVariancePreserved(levels)
  }
}
