import EBM
import EBMCommand
import Testing

/// Training that cannot go well is noticed, tried again, given up and explained.
@Suite struct DivergenceTests {
  @Test(
    arguments: zip(
      [SmallRecipe.recovery, SmallRecipe.persistent], ["optimizer.learningRate=1e30", "sampler.stepSize=1e20"]))
  func rollsBackThenStops(recipe: [String], absurdity: String) async throws {
    let scratch = try ScratchFolder()
    let outcome = await ebm(
      ["train"] + recipe + [
        absurdity, "training.rollbacks=1", "training.iterations=50", "--output", scratch.file("run"),
      ])
    #expect(outcome.status == .diverged)
    let lines = outcome.messages.split(separator: "\n")
    func count(_ text: String) -> Int { lines.filter { $0.contains(text) }.count }
    #expect(count("training diverged: ") == 2 && count("a smaller step size help") == 2)
    #expect(count("rolled back to iteration ") == 1)
    #expect(count("stopped after 1 rollback;") == 1)
    // Where: the operation and the line of the source.
    #expect(count("first seen in ") == 2 && lines.contains { $0.contains("first seen in ") && $0.contains(".swift:") })
    #expect(outcome.result.isEmpty && !scratch.exists("run/report.html"))

    // What is left is good: a checkpoint from before, and no line of metrics that is not a number.
    let run = try RunDirectory.open(at: scratch.file("run"))
    var reports: [String] = []
    let trained = try TrainedModel(
      run: run, registry: try ComponentRegistry(plugins: .standard), report: { reports.append($0) })
    for parameter in trained.store.parameters {
      #expect((trained.store[parameter] ?? [.nan]).allSatisfy { $0.isFinite }, "\(parameter.name)")
    }
    #expect(reports.count == 1 && reports[0].hasPrefix("training diverged: "), "\(reports)")
    for record in try run.metrics() { #expect(record.members.allSatisfy { $0.value.numberValue?.isFinite == true }) }
  }

  @Test func stopsAtOnceWhenToldSo() async throws {
    let scratch = try ScratchFolder()
    let outcome = await ebm(
      ["train"] + SmallRecipe.persistent
        + ["optimizer.learningRate=1e30", "training.onDivergence=stop", "--output", scratch.file("run")])
    #expect(outcome.status == .diverged)
    #expect(!outcome.messages.contains("rolled back") && outcome.messages.contains("stopped after 0 rollbacks"))
  }
}
