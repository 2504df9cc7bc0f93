import EBMCore
import NoiseSchedules
import Testing

@Suite struct RespacedTests {
  /// Merged steps: β = 1 − ā²(kept k)/ā²(kept k − 1), and the ends stay.
  @Test func keepsTheEndsAndMergesSteps() throws {
    let all = try LinearBeta { $0.levels = 100 }.noiseLevels()
    let some = try Respaced {
      $0.schedule = LinearBeta { $0.levels = 100 }; $0.levels = 12
    }.noiseLevels()
    #expect(some.signals == stride(from: 0, to: 100, by: 9).map { all.signals[$0] })
    #expect(some.noises == stride(from: 0, to: 100, by: 9).map { all.noises[$0] })
    let ratio = all.signals[18] / all.signals[9]
    #expect(abs(some.transitionNoise(to: 2) - (1 - ratio * ratio).squareRoot()) < 1e-12)
    expectVariancePreserved(some)
  }

  @Test func merges() throws {
    let merged = try MergedBeta().noiseLevels()
    let kept = try Respaced(LinearBeta(), kept: [0, 100, 200, 300, 400, 500, 999]).noiseLevels()
    #expect(merged == kept)
  }

  @Test func whatDoesNotExistIsRefused() {
    #expect(throws: ConfigurationError.self) {
      try Respaced(
        LinearBeta {
          $0.levels = 50
        }, kept: [0, 50]
      ).noiseLevels()
    }
    #expect(throws: ConfigurationError.self) {
      try Respaced(
        LinearBeta {
          $0.levels = 50
        }, kept: [9, 3]
      ).noiseLevels()
    }
    let error = #expect(throws: ConfigurationError.self) {
      try Respaced {
        $0.schedule = LinearBeta { $0.levels = 50 }; $0.levels = 51
      }.noiseLevels()
    }
    #expect(error.map { "\($0)" } == "schedule.levels: found 51, expected at most the 50 that there are")
  }

  /// A schedule inside a schedule survives its recipe.
  @Test func hasARecipe() throws {
    var registry = ComponentRegistry()
    try registry.add(Respaced.self)
    try registry.add(SquaredCosine.self)
    let written = try Respaced {
      $0.schedule = SquaredCosine { $0.levels = 40 }; $0.levels = 5
    }.recipeValue()
    let read = try registry.component(written, as: .schedule, at: "schedule")
    let schedule = try #require(read as? Respaced)
    #expect(
      try schedule.noiseLevels()
        == Respaced {
          $0.schedule = SquaredCosine { $0.levels = 40 }
          $0.levels = 5
        }.noiseLevels())
  }
}
