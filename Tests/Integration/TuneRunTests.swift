import EBM
import EBMCommand
import Testing

/// A sampler is tuned on what a run has learned.
@Suite struct TuneRunTests {
  @Test func tunesOnATrainedRun() async throws {
    let folder = try ScratchFolder()
    let run = folder.file("run")
    let trained = await ebm(["train"] + SmallRecipe.persistent + ["--output", run])
    #expect(trained.status == .done, "\(trained.messages)")
    let words = ["tune", run, "sampler=hmc", "seed=3", "--steps", "100", "--into", folder.file("tuned.json")]
    let tuned = await ebm(words)
    #expect(tuned.status == .done && tuned.result.hasPrefix("hmc written into "), "\(tuned.messages)")
    // A recipe that trains again, with the tuned sampler in it, and the run is as it was.
    let recipe = try Recipe(parsing: folder.text("tuned.json"))
    #expect(recipe[.sampler]?["type"] == "hmc" && recipe[.sampler]?["inverseMass"]?.arrayValue?.count == 2)
    _ = try Pipeline(recipe, registry: ComponentRegistry(plugins: .standard))
    #expect(try Recipe(parsing: folder.text("run/recipe.json"))[.sampler]?["type"] != "hmc")

    let other = await ebm(["tune", run, "sampler=hmc", "energy=gaussian"])
    #expect(other.status == .wrongUsage)
    #expect(other.messages.hasPrefix("error: a trained run's energy is what it is, found \"energy=gaussian\""))
  }

  /// Levels have a density and a length of steps each.
  @Test func refusesModelsWithLevels() async throws {
    let folder = try ScratchFolder()
    let run = folder.file("run")
    #expect(await ebm(["train"] + SmallRecipe.recovery + ["--output", run]).status == .done)
    let refused = await ebm(["tune", run, "sampler=mala"])
    #expect(refused.status == .wrongUsage && refused.messages.hasPrefix("error: schedule: the model has noise levels"))
  }
}
