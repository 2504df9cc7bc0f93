import EBM
import EBMCommand
import Foundation
import Testing

/// Pipes, devices and damaged files in the place of recipes and of a run's files.
@Suite struct SpecialFileTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  @Test(.timeLimit(.minutes(20))) func whatHasNoEndIsNoRecipe() async throws {
    for (path, reason) in [
      ("/dev/zero", "it is a device, not a file"), ("/dev/null", "it is a device, not a file"),
      (scratch.path + "/", "it is a folder"),
    ] {
      let outcome = await ebm(["describe", path])
      #expect(
        outcome.status == .wrongUsage && outcome.messages == "error: \(path): cannot read the recipe: \(reason)\n")
    }
    let pipe = scratch.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(
      await ebm(["describe", pipe]).messages
        == "error: \(pipe): cannot read the recipe: it is a pipe that nothing is written to\n")
    let large = try scratch.write("{", to: "large.json")
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: large))
    try handle.truncate(atOffset: 1 << 40)
    #expect(
      await ebm(["train", large]).messages
        == "error: \(large): cannot read the recipe: it has more than 64.0 MiB, the most such a file may have\n")
    #expect(await ebm(["train", "csv", "dataset=csv-file", "dataset.path=\(pipe)"]).status == .wrongUsage)
  }

  /// A recipe may come out of another program.
  @Test func aRecipeInAPipe() async throws {
    let recipe = await ebm(["describe", "pcd-two-moons"]).result
    let pipe = Pipe()
    let path = "/proc/self/fd/\(pipe.fileHandleForReading.fileDescriptor)"
    let writer = pipe.fileHandleForWriting
    let sending = Task.detached {
      for part in stride(from: 0, to: recipe.utf8.count, by: 500) {
        try writer.write(contentsOf: Data(recipe.utf8.dropFirst(part).prefix(500)))
        try await Task.sleep(for: .milliseconds(1))
      }
      try writer.close()
    }
    #expect(await ebm(["describe", path]).result == recipe)
    try await sending.value
  }

  /// Many names in an object take time in proportion to their number.
  @Test(.timeLimit(.minutes(20))) func manyNames() throws {
    let text = "{" + (0..<200_000).map { "\"k\($0)\": \($0)" }.joined(separator: ", ") + "}"
    #expect(try JSONValue(parsing: text).objectValue?.count == 200_000)
  }

  @Test func damagedFilesOfARun() async throws {
    let trained = await ebm(["train"] + SmallRecipe.persistent + ["--output", scratch.file("run")])
    #expect(trained.status == .done)
    let counters = "run/checkpoints/000004/counters.json"
    let sound = try scratch.text(counters)
    for wrong in ["-1", "4611686018427387904", "9223372036854775807"] {
      for name in ["iteration", "rollbacks"] {
        let value = try #require(try JSONValue(parsing: sound)[name]).compactText
        _ = try scratch.write(sound.replacing("\"\(name)\": \(value)", with: "\"\(name)\": \(wrong)"), to: counters)
        let run = try RunDirectory.open(at: scratch.file("run"))
        let trainer = try Trainer(try Pipeline(try run.recipe(), registry: try ComponentRegistry(plugins: .standard)))
        let error = try #require(throws: ConfigurationError.self) {
          try trainer.restore(from: scratch.file("run/checkpoints/000004"))
        }
        #expect(error.description.contains("counters.json: found") && error.description.contains("integers from 0"))
      }
    }
    _ = try scratch.write(sound, to: counters)

    let metrics = try scratch.text("run/metrics.jsonl")
    for (line, expected) in [
      ("{\"loss\": 1}", "line 5: found no iteration, expected an integer above 4"),
      ("{\"iteration\": 3, \"loss\": 1}", "line 5: found iteration 3, expected an integer above 4"),
      ("{\"iteration\": 1.5}", "line 5: found iteration 1.5, expected an integer above 4"),
    ] {
      _ = try scratch.write(metrics + line + "\n", to: "run/metrics.jsonl")
      let outcome = await ebm(["evaluate", scratch.file("run"), "--count", "50"])
      #expect(outcome.status == .failed && outcome.messages.contains(expected), "\(outcome.messages)")
    }
  }
}
