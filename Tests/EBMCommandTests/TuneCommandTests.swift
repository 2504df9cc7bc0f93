import EBM
import EBMCommand
import EBMCore
import FileFormats
import Foundation
import Testing

@Suite struct TuneCommandTests {
  private func tune(_ words: String...) async -> Outcome { await run(["tune"] + words, plugins: .standard) }

  private func sampler(_ outcome: Outcome) throws -> JSONValue {
    try JSONValue(parsing: outcome.result, source: "result")
  }

  private func mass(_ sampler: JSONValue?) -> [Double] {
    (sampler?["inverseMass"]?.arrayValue ?? []).compactMap(\.numberValue)
  }

  /// Variances 1 and 100: the mass has them, up to a factor, and HMC's trajectories are a quarter of an orbit.
  @Test func findsStepAndMass() async throws {
    let words = ["energy=gaussian", "energy.covariance=[[1,0],[0,100]]", "seed=1"]
    let outcome = await tune("sampler=hmc", words[0], words[1], words[2])
    #expect(outcome.status == .done)
    let found = try sampler(outcome)
    let mass = mass(found)
    try #require(mass.count == 2)
    // A variance that n independent draws tell is off by √(2/n): some 200 steps of 64 chains are thousands.
    #expect(mass[1] / mass[0] > 70 && mass[1] / mass[0] < 140, "\(mass)")
    let step = try #require(found["stepSize"]?.numberValue)
    let count = try #require(found["leapfrogSteps"]?.numberValue)
    #expect(step * count > 1 && step * count < 2.3, "\(step) × \(count)")
    let text = outcome.messages
    #expect(text.contains("hmc on gaussian, 2 coordinates, 64 chains, seed 1"))
    #expect(text.contains("of 0.800") && text.contains("condition") && text.contains("effective draws a gradient"))
    #expect(!text.contains("warning"), "\(text)")
    #expect(await tune("sampler=hmc", words[0], words[1], words[2]) == outcome, "the same seed, the same result")
    let kept = await tune("sampler=hmc", "sampler.leapfrogSteps=4", words[0], words[1], words[2])
    #expect(try sampler(kept)["leapfrogSteps"] == 4)
  }

  @Test func denseMassAndOtherAcceptance() async throws {
    let outcome = await tune(
      "sampler=mala", "energy=gaussian", "energy.covariance=[[1,0.9],[0.9,1]]", "seed=2", "--mass", "dense",
      "--acceptance", "0.7", "--steps", "300")
    let mass = mass(try sampler(outcome))
    try #require(mass.count == 4)
    #expect(mass[1] > 0.5 * mass[0] && mass[1] == mass[2], "\(mass)")
    #expect(outcome.messages.contains("of 0.700"))
  }

  /// Double wells that no chain leaves, and trajectories that come back.
  @Test func saysWhatIsSuspicious() async throws {
    let stuck = await tune("sampler=mala", "energy=double-well", "energy.height=200", "seed=1", "--steps", "100")
    #expect(stuck.messages.contains("warning: chains have not mixed (R-hat"), "\(stuck.messages)")
    let long = await tune("sampler=hmc", "sampler.leapfrogSteps=20", "energy=gaussian", "seed=1")
    #expect(long.messages.contains("turn back on themselves"), "\(long.messages)")
  }

  @Test func writesTheSectionAndNothingElse() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("recipe.json")
    let text = """
      {"seed": 5, "dataset": {"type": "two-moons", "deviation": 0.1}, "energy": "banana", "sampler": "langevin"}
      """
    try text.write(to: file, atomically: true, encoding: .utf8)
    let outcome = await tune(file.path, "sampler=mala", "--into", file.path, "--steps", "100")
    #expect(outcome.status == .done && outcome.result == "mala written into \(file.path)\n", "\(outcome.messages)")
    func recipe() throws -> Recipe { try Recipe(parsing: String(contentsOf: file, encoding: .utf8)) }
    var written = try recipe()
    #expect(written[.sampler]?["type"] == "mala" && mass(written[.sampler]).count == 2)
    written[.sampler] = "langevin"
    #expect(written == (try Recipe(parsing: text)))

    // Another energy's recipe is warned of; a file that is no recipe is left alone.
    let other = await tune("sampler=mala", "energy=gaussian", "seed=1", "--into", file.path, "--steps", "100")
    #expect(other.messages.contains("has the energy banana; this is tuned on gaussian"))
    for foreign in [#"{"name": "x", "version": 3}"#, "[1, 2]", "no JSON"] {
      try foreign.write(to: file, atomically: true, encoding: .utf8)
      let refused = await tune("sampler=mala", "energy=gaussian", "seed=1", "--into", file.path, "--steps", "100")
      #expect(refused.status == .wrongUsage && refused.messages.split(separator: "\n").count == 1)
      #expect(try String(contentsOf: file, encoding: .utf8) == foreign)
    }

    // A file that is not there becomes a recipe of what was tuned.
    try FileManager.default.removeItem(at: file)
    _ = await tune("sampler=mala", "energy=gaussian", "seed=1", "--into", file.path, "--steps", "100")
    #expect(try recipe().sections.keys == ["seed", "energy", "sampler"])
  }

  @Test(arguments: [
    (
      ["sampler=annealed-langevin", "energy=gaussian"],
      "sampler: annealed-langevin has no acceptance by which its step size could be tuned, expected one of "
        + "generalized-hmc, hmc, mala, nuts, random-walk-metropolis"
    ),
    (
      ["sampler=generalized-hmc", "sampler.adjusted=false", "energy=gaussian"],
      "sampler: generalized-hmc accepts everything with these settings, so that no step size can be told apart"
    ),
    (
      ["sampler=mala", "energy=mlp", "--dimension", "2"],
      "energy: mlp has parameters that are not trained yet, such as energy.layers.0.weight, expected an analytic "
        + "energy, or the folder of a trained run"
    ),
    (
      ["sampler=mala", "energy=boxed"],
      "energy: boxed is an energy of points of any length, expected --dimension, or a recipe with a dataset"
    ),
    (["sampler=mala"], "energy: missing, expected what chains run on, such as energy=gaussian"),
    (
      ["sampler=mala", "energy=ising"],
      "sampler: mala takes continuous points, found spin ones"
    ),
    (
      ["sampler=mala", "sampler.inverseMass=[1,1,1]", "energy=gaussian"],
      "sampler.inverseMass: found 3 numbers, expected none, 2 variances or 4 covariances for points of shape [2]"
    ),
    (
      ["sampler=mala", "sampler.inverseMass=[1,-1]", "energy=gaussian"],
      "sampler: inverseMass holds -1.0, so it is no list of variances, which are above 0"
    ),
    (
      ["sampler=mala", "sampler.inverseMass=[1,-2,-2,1]", "energy=gaussian"],
      "sampler: inverseMass holds -2.0, so it is no list of variances, which are above 0, and no covariance matrix, "
        + "which is symmetric and positive definite"
    ),
    (["sampler=mala", "energy=gaussian", "--mass", "dens"], "--mass: found \"dens\"; did you mean dense?"),
    (
      ["sampler=mala", "energy=gaussian", "--acceptance", "1"],
      "--acceptance: found \"1\", expected a number in (0, 1)"
    ),
  ])
  func nonsenseIsOneLine(words: [String], message: String) async {
    let outcome = await run(["tune"] + words, plugins: .standard)
    #expect(outcome == Outcome(status: .wrongUsage, result: "", messages: "error: \(message)\n"))
  }
}
