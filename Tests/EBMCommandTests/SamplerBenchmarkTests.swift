import EBM
import EBMCommand
import EBMCore
import FileFormats
import Testing

/// A small part of `ebm benchmark samplers`. No test looks at a time.
@Suite struct SamplerBenchmarkTests {
  private func compare(_ words: String...) async -> Outcome {
    await run(["benchmark", "samplers", "--quick"] + words, plugins: .standard)
  }

  private func scores(_ text: String) throws -> [JSONValue] {
    try text.split(separator: "\n").map { try JSONValue(parsing: String($0), source: "line") }
  }

  @Test func biasIsThatOfTheMethod() async throws {
    let outcome = await compare("--json", "hmc", "mala", "nuts", "reduced-steps", "gaussian")
    #expect(outcome.status == .done)
    let scores = try scores(outcome.result)
    #expect(scores.compactMap { $0["sampler"]?.stringValue } == ["hmc", "mala", "nuts", "reduced-steps"])
    for score in scores {
      let name = try #require(score["sampler"]?.stringValue)
      #expect(score["energy"] == "gaussian" && score["mixed"] == true && score["finite"] == true, "\(name)")
      #expect(try #require(score["perSecond"]?.numberValue) > 0)
      #expect(try #require(score["perEvaluation"]?.numberValue) > 0)
      let bias = try #require(score["biasInStandardErrors"]?.numberValue)
      // Exact samplers are off by chance alone; of four moments the worst is beyond 4 once in 4,000 times.
      if name != "reduced-steps" { #expect(abs(bias) < 4, "\(name): \(bias)") }
    }
    // b²/4 over the smaller variance of two, at least.
    let biased = try #require(scores.last)
    #expect(try #require(biased["relativeBias"]?.numberValue) > 0.02)
    #expect(biased["acceptance"] == .null && biased["worstMoment"]?.stringValue?.hasPrefix("variance") == true)
  }

  /// Modes 8 deviations apart: chains that do not cross get no figure of merit, those that exchange replicas do.
  @Test func chainsThatHaveNotMixedLookBad() async throws {
    let outcome = await compare("mala", "parallel-tempering", "gaussian-mixture")
    let lines = outcome.result.split(separator: "\n")
    let stuck = try #require(lines.first { $0.hasPrefix("mala") })
    #expect(stuck.split(separator: " ").filter { $0 == "–" }.count == 2, "no ESS a second or an evaluation: \(stuck)")
    #expect(stuck.hasSuffix("not mixed"))
    let crossing = try #require(lines.first { $0.hasPrefix("parallel-tempering") })
    #expect(!crossing.contains("not mixed"))
    #expect(outcome.messages.contains("seed 1"))
  }

  @Test func namesAreChecked() async {
    let outcome = await compare("nutz")
    #expect(outcome.status == .wrongUsage)
    #expect(
      outcome.messages
        == "error: no sampler or energy that is compared is called \"nutz\"; did you mean nuts?\n")
  }
}
