import EBMCore
import NoiseSchedules
import Testing

/// Against the numbers of diffusion recovery likelihood (Gao et al., 2021).
@Suite struct MergedBetaTests {
  @Test func sixModels() throws {
    let levels = try MergedBeta().noiseLevels()
    #expect(levels.steps == 6)
    expectTable(
      (1...6).map { levels.transitionSignal(to: $0) },
      [0.946167, 0.856290, 0.774796, 0.700918, 0.633956, 0.022776], "α")
    expectTable(
      (1...6).map { levels.transitionNoise(to: $0) },
      [0.323680, 0.516495, 0.632211, 0.713242, 0.773369, 0.999741], "σ")
    expectTable(
      levels.signals, [0.999950, 0.946119, 0.810152, 0.627703, 0.439968, 0.278921, 0.006353], "ā")
    expectTable(
      levels.noises, [0.010000, 0.323818, 0.586219, 0.778453, 0.898013, 0.960314, 0.999980], "s̄")
    expectTable(
      levels.logSNR, [9.210240, 2.144371, 0.647057, -0.430482, -1.426965, -2.472667, -10.117673], "λ")
    expectVariancePreserved(levels)
  }

  @Test func eightModels() throws {
    let levels = try MergedBeta { $0.levels = 8 }.noiseLevels()
    expectTable(
      (1...8).map { levels.transitionNoise(to: $0) },
      [0.237471, 0.382982, 0.477943, 0.549955, 0.607833, 0.655833, 0.696428, 0.999748], "σ")
    expectTable(
      levels.noises,
      [0.010000, 0.237670, 0.441448, 0.615459, 0.752779, 0.852509, 0.918854, 0.959068, 0.999980], "s̄")
  }

  @Test func stepsOfOnesOwn() throws {
    let levels = try MergedBeta {
      $0.levels = 8
      $0.steps = [0, 100, 200, 300, 400, 500, 666, 833, 999]
    }.noiseLevels()
    expectTable(
      (1...8).map { levels.transitionNoise(to: $0) },
      [0.323680, 0.516495, 0.632211, 0.713242, 0.773369, 0.926719, 0.959378, 0.976646], "σ")
    #expect(
      MergedBeta {
        $0.levels = 3
        $0.steps = [0, 5, 9]
      }.conflicts() == ["steps [0, 5, 9] are 3, not levels + 1 = 4"])
    #expect(
      MergedBeta {
        $0.levels = 2; $0.steps = [0, 9, 9]
      }.conflicts() == ["steps [0, 9, 9] do not rise"])
  }
}
