import EBM
import EBMCommand
import Foundation
import Testing

/// What cannot be done is said with the right exit status, and nothing is overwritten.
@Suite struct RunFolderTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func train(_ recipe: [String], _ words: String...) async -> Outcome {
    await ebm(["train"] + recipe + words)
  }

  @Test func aRunIsNotOverwritten() async throws {
    let first = await train(SmallRecipe.persistent, "--output", scratch.file("run"))
    #expect(first.status == .done, "\(first.messages)")
    let files = [
      "run/recipe.json", "run/metrics.jsonl", "run/report.html", "run/checkpoints/000004/weights.safetensors",
    ]
    let before = try files.map { try scratch.bytes($0) }
    let second = await train(SmallRecipe.persistent, "seed=6", "--output", scratch.file("run"))
    #expect(second.status == .failed)
    #expect(second.messages.contains("the folder holds a run already; choose another one or add --force"))
    #expect(try files.map { try scratch.bytes($0) } == before)

    _ = try scratch.write("mine", to: "run/notes.txt")
    let forced = await train(SmallRecipe.persistent, "seed=6", "--output", scratch.file("run"), "--force")
    #expect(forced.status == .done, "\(forced.messages)")
    #expect(try scratch.bytes("run/recipe.json") != before[0])
    #expect(try scratch.text("run/notes.txt") == "mine", "what a run does not write is never removed")

    let complete = await ebm(["resume", scratch.file("run")])
    #expect(complete.status == .done && complete.messages.contains("the run is complete: 4 iterations"))
  }

  @Test func aFolderOfOtherThingsIsLeftAlone() async throws {
    let notes = try scratch.write("mine", to: "notes.txt")
    for force in [[], ["--force"]] {
      let outcome = await ebm(["train"] + SmallRecipe.persistent + ["--output", scratch.path] + force)
      #expect(outcome.status == .failed && outcome.messages.contains("the folder is not empty and holds no run"))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["notes.txt"])
    #expect(try String(contentsOfFile: notes, encoding: .utf8) == "mine")
  }

  @Test func aPlaceThatCannotBeWrittenIsAFailure() async throws {
    let file = try scratch.write("mine", to: "file")
    for (place, reason) in [
      (file, "it is a file, not a folder"), (file + "/run", "\(file) is a file"),
      ("/proc/run", "No such file or directory"),
    ] {
      let outcome = await train(SmallRecipe.persistent, "--output", place)
      #expect(outcome.status == .failed, "\(place)")
      #expect(outcome.messages.contains(reason), "\(outcome.messages)")
      #expect(outcome.messages.split(separator: "\n").filter { $0.hasPrefix("error: ") }.count == 1)
    }
    #expect(try scratch.text("file") == "mine")
  }

  @Test(arguments: [
    ("{\"dataset\": \"two-moons\",\n  \"energy\" \"mlp\"}", ":2:12: found"),
    ("[]", "a recipe, which is a JSON object"),
    ("{\"dataset\": \"two-mons\"}", "did you mean two-moons?"),
    ("{\"dataset\": \"two-moons\", \"energy\": \"mlp\"}", "objective: missing"),
    ("{\"datset\": \"two-moons\"}", "did you mean dataset?"),
    ("{\"training\": {\"iterations\": -1}}", "training.iterations: found -1, expected an integer, at least 1"),
  ])
  func aBadRecipeIsWrongUsage(text: String, message: String) async throws {
    let file = try scratch.write(text, to: "bad.json")
    let outcome = await train([file], "--output", scratch.file("run"))
    #expect(outcome.status == .wrongUsage)
    #expect(outcome.messages.contains(message), "\(outcome.messages)")
    #expect(!scratch.exists("run"), "nothing was made")
  }

  @Test(arguments: [
    (["cdrl-checkerbord"], "did you mean cdrl-checkerboard?"),
    (["pcd-two-moons", "sampler.stps=3"], "did you mean steps?"),
    (["pcd-two-moons", "sampler=lngevin"], "did you mean langevin?"),
    (["pcd-two-moons", "initializer.capacity=0"], "initializer.capacity: found 0, expected an integer from 1 to"),
    (["cdrl-checkerboard", "schedule.minimum=10"], "minimum 10.0 is not below maximum 9.8"),
    (["cdrl-checkerboard", "energy.width=7"], "width 7 is odd"),
  ])
  func wrongSettingsAreWrongUsage(words: [String], message: String) async throws {
    let outcome = await ebm(["train"] + words + ["--output", scratch.file("run")])
    #expect(outcome.status == .wrongUsage)
    #expect(outcome.messages.contains(message), "\(outcome.messages)")
    #expect(!scratch.exists("run"), "nothing was made")
  }

  @Test func whatIsNoRunCannotBeResumedOrSampled() async throws {
    _ = try scratch.write("mine", to: "samples.npy")
    for (words, reason) in [
      (["resume", scratch.file("none")], "no such folder"),
      (["resume", scratch.path], "the folder holds no run.json"),
      (["sample", scratch.file("none")], "no such folder"),
    ] {
      let outcome = await ebm(words)
      #expect(outcome.status == .failed && outcome.messages.contains(reason), "\(outcome.messages)")
    }
    let trained = await train(SmallRecipe.persistent, "--output", scratch.file("run"))
    #expect(trained.status == .done)
    let outcome = await ebm(["sample", scratch.file("run"), "--output", scratch.file("samples.npy")])
    #expect(outcome.status == .failed && outcome.messages.contains("the file exists"))
    #expect(try scratch.text("samples.npy") == "mine")
    // A run whose checkpoints are damaged says so.
    for name in ["000000", "000002", "000004"] {
      try FileManager.default.removeItem(atPath: scratch.file("run/checkpoints/\(name)/weights.safetensors"))
    }
    let damaged = await ebm(["resume", scratch.file("run")])
    #expect(damaged.status == .failed && damaged.messages.contains("it holds no complete checkpoint"))
  }
}
