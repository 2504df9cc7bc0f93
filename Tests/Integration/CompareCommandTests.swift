import EBM
import EBMCommand
import Foundation
import Testing

/// `ebm compare` of runs as they are: unfinished ones, the same one twice, many.
@Suite struct CompareCommandTests {
  private static let brief = [
    "training.iterations=2", "training.batch=16", "energy.widths=[8]", "sampler.steps=2", "objective.samplingSteps=2",
    "evaluation.count=50", #"metrics=["maximum-mean-discrepancy","frechet-distance","log-normalizer"]"#,
    "metrics.2.bridges=10", "metrics.2.maximumBridges=0",
  ]

  private func train(_ scratch: ScratchFolder, _ name: String, seed: Int) async -> String {
    let outcome = await ebm(
      ["train", "ml-two-moons", "seed=\(seed)", "--output", scratch.file(name)] + Self.brief)
    #expect(outcome.status == .done, "\(outcome.messages)")
    return scratch.file(name)
  }

  @Test func everyKindOfRunHasItsLine() async throws {
    let scratch = try ScratchFolder()
    let (first, second) = (await train(scratch, "a", seed: 1), await train(scratch, "b", seed: 2))
    let (copy, gap) = (scratch.file("copy"), scratch.file("gap"))
    for place in [copy, gap] { try FileManager.default.copyItem(atPath: first, toPath: place) }
    try FileManager.default.removeItem(atPath: gap + "/evaluation.json")
    let damaged = scratch.file("damaged")
    try FileManager.default.copyItem(atPath: second, toPath: damaged)
    _ = try scratch.write("{", to: "damaged/evaluation.json")

    let outcome = await ebm(["compare", first, second, first, first + "/", copy, gap, damaged])
    #expect(outcome.status == .done)
    #expect(outcome.messages.contains("\(first) is named twice and shown once\n"))
    #expect(outcome.messages.contains("\(first)/ is named twice and shown once\n"))
    #expect(outcome.result.contains("mean of 2 seeds, ml-two-moons"))
    #expect(outcome.result.contains("\(copy) has recipe and seed of \(first): one run in means\n"))
    #expect(outcome.result.contains("\(gap): no figures yet: ebm evaluate \(gap)\n"))
    #expect(outcome.result.contains("; ebm evaluate \(damaged) measures it again\n"), "\(outcome.result)")
    let json = try JSONValue(parsing: await ebm(["compare", first, gap, "--json"]).result, source: "compare")
    #expect(json.arrayValue?.count == 2)
    #expect(json.arrayValue?.last?["note"]?.stringValue == "no figures yet: ebm evaluate \(gap)")
    // Nothing but an unfinished run.
    let alone = await ebm(["compare", gap])
    #expect(alone.status == .done && alone.result == "\(gap): no figures yet: ebm evaluate \(gap)\n")
  }

  @Test func manyRunsFitTheTerminal() async throws {
    let scratch = try ScratchFolder()
    let first = await train(scratch, "r1", seed: 1)
    var runs = [first]
    for number in 2...12 {
      runs.append(scratch.file("r\(number)"))
      try FileManager.default.copyItem(atPath: first, toPath: runs[runs.count - 1])
    }
    let outcome = await ebm(["compare"] + runs)
    #expect(outcome.status == .done)
    let table = outcome.result.components(separatedBy: "not to be trusted:")[0]
    let longest = table.split(separator: "\n").filter { !$0.contains("one run in means") }.map(\.count).max() ?? 0
    // A column of figures beside the longest name at least.
    #expect(longest <= max(80, first.count + 60), "\(longest)")
    for run in runs { #expect(table.contains(run)) }
    for name in ["MMD²", "Fréchet distance", "ln Z, upper bound", "effective weights"] { #expect(table.contains(name)) }
  }
}
