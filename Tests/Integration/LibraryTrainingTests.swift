import EBM
import EBMCommand
import Foundation
import Synchronization
import Testing

/// `pipeline.train(into:)` does what the command does.
@Suite struct LibraryTrainingTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func pipeline(_ words: String...) throws -> Pipeline {
    let all = SmallRecipe.persistent + SmallRecipe.measuredBriefly + ["training.iterations=12"] + words
    let registry = try ComponentRegistry(plugins: .standard)
    return try Pipeline(
      try Recipe.load(all[0], from: registry).applying(overrides: Array(all.dropFirst())), registry: registry)
  }

  @Test func itMakesTheFilesOfTheCommand() async throws {
    let words = SmallRecipe.persistent + SmallRecipe.measuredBriefly + ["training.iterations=12"]
    let command = await ebm(["train"] + words + ["--output", scratch.file("command")])
    #expect(command.status == .done, "\(command.messages)")
    let events = Mutex<[String]>([])
    let outcome = try await pipeline().train(into: scratch.file("library")) { event in
      let name = "\(event)".prefix { $0 != "(" }
      events.withLock { $0.append(String(name)) }
    }
    #expect(outcome.ending == .complete && outcome.iteration == 12)
    let (found, expected) = (try results(of: scratch.file("library")), try results(of: scratch.file("command")))
    #expect(found.keys.sorted() == expected.keys.sorted())
    for (name, bytes) in expected { #expect(found[name] == bytes, "\(name)") }
    #expect(try scratch.bytes("library/metrics.jsonl") == scratch.bytes("command/metrics.jsonl"))
    #expect(try RunDirectory.open(at: scratch.file("library")).record().state == .complete)
    let names = events.withLock { $0 }
    #expect(names.first == "began" && names.last == "reported")
    #expect(names.count { $0 == "logged" } == 12 && names.count { $0 == "saved" } == 7)
    // The model and its figures are the run's.
    let figures = try #require(outcome.measurement).figures
    #expect(try RunDirectory.open(at: scratch.file("library")).evaluation().figures == figures)
    #expect(outcome.model?.iteration == 12)
  }

  /// Cancelled after a few updates, at a checkpoint or between two.
  @Test(arguments: [1, 4, 7])
  func cancellingAndResumingGivesTheSameBits(updates: Int) async throws {
    let pipeline = try pipeline("training.checkpointEvery=4", "training.checkpointsKept=100")
    try await pipeline.train(into: scratch.file("straight"))
    let run = scratch.file("broken")
    let reached = AsyncStream.makeStream(of: Void.self)
    let mayGoOn = DispatchSemaphore(value: 0)
    let training = Task {
      try await pipeline.train(into: run) { event in
        guard case .logged(let status) = event, status.iteration == updates else { return }
        reached.continuation.yield()
        // Training waits until it has been cancelled, so that it is certain which update is the last.
        mayGoOn.wait()
      }
    }
    for await _ in reached.stream { break }
    training.cancel()
    mayGoOn.signal()
    let broken = try await training.value
    #expect(broken.ending == .interrupted && broken.iteration == updates && broken.model == nil)
    let directory = try RunDirectory.open(at: run)
    #expect(try directory.record().state == .interrupted)
    #expect(directory.latestCheckpoint()?.iteration == updates && !scratch.exists("broken/report.html"))

    let resumed = try await pipeline.resume(in: run)
    #expect(resumed.ending == .complete && resumed.iteration == 12)
    let (found, expected) = (try results(of: run), try results(of: scratch.file("straight")))
    for (name, bytes) in expected { #expect(found[name] == bytes, "\(name)") }
    // The command goes on with it as well, and finds nothing to do.
    let again = await ebm(["resume", run])
    #expect(again.status == .done && again.messages.contains("the run is complete: 12 iterations"))
  }

  /// A task that is cancelled while its model is measured.
  @Test func measuringIsInterruptedToo() async throws {
    let pipeline = try pipeline()
    let reached = AsyncStream.makeStream(of: Void.self)
    let mayGoOn = DispatchSemaphore(value: 0)
    let training = Task {
      try await pipeline.train(into: scratch.file("run")) { event in
        guard case .measuring = event else { return }
        reached.continuation.yield()
        mayGoOn.wait()
        mayGoOn.signal()
      }
    }
    for await _ in reached.stream { break }
    training.cancel()
    mayGoOn.signal()
    #expect(try await training.value.ending == .interrupted)
    #expect(try RunDirectory.open(at: scratch.file("run")).record().reason == "its evaluation is missing")
    #expect(try await pipeline.resume(in: scratch.file("run")).ending == .complete)
  }

  @Test func divergenceIsAnOutcome() async throws {
    let outcome = try await pipeline("optimizer.learningRate=1e30", "training.onDivergence=stop")
      .train(into: scratch.file("run"))
    #expect(outcome.ending == .diverged && outcome.model == nil)
    #expect(try RunDirectory.open(at: scratch.file("run")).record().state == .diverged)
  }

  @Test func whatDoesNotFitIsRefused() async throws {
    let pipeline = try pipeline()
    try await pipeline.train(into: scratch.file("run"))
    // A folder that is taken.
    await #expect(throws: FileError.self) { try await pipeline.train(into: scratch.file("run")) }
    // A run of another pipeline.
    let other = try self.pipeline("sampler.steps=5")
    let error = await #expect(throws: ConfigurationError.self) { try await other.resume(in: scratch.file("run")) }
    #expect(error?.description.contains("recipe.json: the run was made by another pipeline: sampler differs") == true)
    // An energy that cannot learn leaves no folder.
    let registry = try ComponentRegistry(plugins: .standard)
    let recipe = try Recipe.load("ml-two-moons", from: registry).applying(overrides: ["energy=banana"])
    let fixed = try Pipeline(recipe, registry: registry)
    await #expect(throws: ConfigurationError.self) { try await fixed.train(into: scratch.file("fixed")) }
    #expect(!scratch.exists("fixed"))
  }
}
