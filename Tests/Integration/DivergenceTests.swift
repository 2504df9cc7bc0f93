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

  /// The cause is looked for with the values from before the update, not with those that it has spoilt.
  @Test func theCauseIsThatOfTheLastSoundValues() throws {
    let scratch = try ScratchFolder()
    let pipeline = try SmallRecipe.pipeline(
      SmallRecipe.persistent, "optimizer.learningRate=1e30", "training.iterations=50")
    let trainer = try Trainer(pipeline)
    try trainer.save(to: scratch.path)
    var divergence: Divergence?
    while divergence == nil {
      do { _ = try trainer.advance() } catch let error as Divergence { divergence = error }
    }
    let found = try #require(divergence)
    let spoilt = try trainer.diagnose()
    let cause = try #require(try trainer.diagnose(found, from: scratch.path) { true })
    // As if every update had been watched.
    let watched = try Trainer(pipeline)
    while watched.iteration < found.iteration - 1 { _ = try watched.advance() }
    #expect(try watched.diagnose()?.description == cause.description)
    #expect(spoilt?.description != cause.description)
    #expect(try trainer.diagnose(found, from: scratch.path) { false } == nil || found.iteration == 1)
  }

  @Test func weightsThatAreNotFiniteAreADivergence() throws {
    let trainer = try Trainer(try SmallRecipe.pipeline(SmallRecipe.persistent))
    try trainer.checkWeights()
    let weight = try #require(trainer.store.parameters.first { $0.kind == .weight })
    trainer.store[weight] = (trainer.store[weight] ?? []).map { _ in .infinity }
    #expect(throws: Divergence.self) { try trainer.checkWeights() }
  }
}
