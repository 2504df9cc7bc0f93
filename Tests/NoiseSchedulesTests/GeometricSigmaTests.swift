import EBMCore
import NoiseSchedules
import Testing

@Suite struct GeometricSigmaTests {
  @Test func tenLevels() throws {
    let levels = try GeometricSigma().noiseLevels()
    expectTable(
      levels.noises.reversed(),
      [1.000000, 0.599484, 0.359381, 0.215443, 0.129155, 0.077426, 0.046416, 0.027826, 0.016681, 0.010000], "s")
    #expect(levels.signals.allSatisfy { $0 == 1 })
    // Each step adds what is missing.
    for level in 1..<10 {
      let sum =
        levels.noises[level - 1] * levels.noises[level - 1]
        + levels.transitionNoise(to: level) * levels.transitionNoise(to: level)
      #expect(abs(sum - levels.noises[level] * levels.noises[level]) < 1e-15)
    }
    #expect(
      GeometricSigma {
        $0.minimum = 2
        $0.maximum = 1
      }.conflicts() == ["minimum 2.0 is not below maximum 1.0"])
  }
}
