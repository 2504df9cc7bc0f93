import EBMCore
import NoiseSchedules
import Testing

@Suite struct LinearBetaTests {
  /// ā² at some of 100 levels, to all digits printed.
  @Test func oneHundredLevels() throws {
    let levels = try LinearBeta { $0.levels = 100 }.noiseLevels()
    #expect(levels.signals.count == 100)
    let squares = levels.signals.map { $0 * $0 }
    expectTable([0, 24, 49, 51, 74].map { squares[$0] }, [0.999, 0.527916, 0.074197, 0.059765, 0.002578], "ā²")
    expectTable([squares[99]], [0.0000204], digits: 7, "ā²")
    // β of the first and the last step.
    expectTable([1 - squares[0], 1 - squares[99] / squares[98]], [0.001, 0.2], digits: 9, "β")
    expectVariancePreserved(levels)
  }

  /// The thousand levels of diffusion recovery likelihood (Gao et al., 2021).
  @Test func oneThousandLevels() throws {
    let levels = try LinearBeta().noiseLevels()
    let places = [0, 1, 9, 99, 199, 299, 499, 599, 699, 799, 899, 999]
    expectTable(
      places.map { $0 == 0 ? levels.noises[0] : levels.transitionNoise(to: $0) },
      [
        0.010000, 0.010951, 0.016712, 0.045520, 0.063750, 0.077821, 0.100200, 0.109691, 0.118423, 0.126554, 0.134194,
        0.141421,
      ], "σ")
    expectTable(
      places.map { levels.signals[$0] },
      [
        0.999950, 0.999890, 0.999052, 0.947110, 0.811812, 0.629619, 0.280334, 0.160871, 0.083463, 0.039142, 0.016589,
        0.006353,
      ], "ā")
    expectTable(
      places.map { levels.noises[$0] },
      [
        0.010000, 0.014829, 0.043529, 0.320908, 0.583919, 0.776904, 0.959902, 0.986975, 0.996511, 0.999234, 0.999862,
        0.999980,
      ], "s̄")
    expectTable(
      places.map { levels.logSNR[$0] },
      [
        9.210240, 8.422082, 6.266748, 2.164523, 0.659012, -0.420405, -2.461699, -3.628088, -4.959708, -6.479589,
        -8.197716, -10.117673,
      ], "λ")
    expectVariancePreserved(levels)
  }

  /// The posterior's mean and variance against those of denoising diffusion models: √ā²_{j−1} β_j/(1 − ā²_j),
  /// √(1 − β_j) (1 − ā²_{j−1})/(1 − ā²_j) and β_j (1 − ā²_{j−1})/(1 − ā²_j).
  @Test func posterior() throws {
    let levels = try LinearBeta { $0.levels = 50 }.noiseLevels()
    for level in [1, 20, 49] {
      let (below, here) = (levels.signals[level - 1], levels.signals[level])
      let beta = 1 - here * here / (below * below)
      let weights = levels.posteriorWeights(from: level)
      #expect(abs(weights.clean - below * beta / (1 - here * here)) < 1e-12)
      #expect(abs(weights.partner - (1 - beta).squareRoot() * (1 - below * below) / (1 - here * here)) < 1e-12)
      let variance = levels.posteriorNoise(from: level) * levels.posteriorNoise(from: level)
      #expect(abs(variance - beta * (1 - below * below) / (1 - here * here)) < 1e-12)
    }
  }

  @Test func tooFewLevelsAreRefused() {
    #expect(
      LinearBeta {
        $0.levels = 20
      }.conflicts() == ["levels 20 are too few: one would add a variance of 1.0, not below 1"])
    #expect(LinearBeta { $0.levels = 21 }.conflicts().isEmpty)
  }
}
