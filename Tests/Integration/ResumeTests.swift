import EBM
import EBMCommand
import Foundation
import Testing

/// A run that ended early: what `resume` makes of it, and what is said of it wherever it is used.
@Suite struct ResumeTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  /// Trains a small recipe, all its checkpoints kept.
  private func train(_ name: String, _ words: String...) async throws -> RunDirectory {
    let outcome = await ebm(
      ["train"] + SmallRecipe.persistent + SmallRecipe.measuredBriefly
        + ["training.iterations=12", "training.checkpointsKept=100"] + words + ["--output", scratch.file(name)])
    #expect(outcome.status == .done, "\(outcome.messages)")
    return try RunDirectory.open(at: scratch.file(name))
  }

  /// A copy of a run as a kill would have left it, its latest checkpoint that of an iteration.
  private func killed(_ run: RunDirectory, at iteration: Int, as name: String) throws -> RunDirectory {
    try FileManager.default.copyItem(atPath: run.path, toPath: scratch.file(name))
    let copy = try RunDirectory.open(at: scratch.file(name))
    try copy.removeCheckpoints(after: iteration)
    for file in ["evaluation.json", "report.html"] { try Files.remove(copy.file(file)) }
    try copy.enter(.running, iteration: 0)
    return copy
  }

  /// The lines of the metrics are means since the line before, wherever the run was cut.
  @Test(arguments: [1, 3, 7])
  func metricsHaveTheSameBytes(logEvery: Int) async throws {
    let straight = try await train("straight", "training.logEvery=\(logEvery)", "training.checkpointEvery=5")
    for iteration in [0, 5, 10] {
      let run = try killed(straight, at: iteration, as: "killed-\(iteration)")
      let outcome = await ebm(["resume", run.path])
      #expect(outcome.status == .done, "\(outcome.messages)")
      #expect(outcome.messages.contains("from iteration \(iteration)"), "\(outcome.messages)")
      for file in ["metrics.jsonl", "checkpoints/000012/weights.safetensors", "checkpoints/000012/state.safetensors"] {
        #expect(try Files.readBytes(run.file(file)) == Files.readBytes(straight.file(file)), "\(iteration): \(file)")
      }
    }
  }

  @Test func aRunThatWasNotMeasuredIsMeasured() async throws {
    let straight = try await train("straight")
    let run = try killed(straight, at: 12, as: "killed")
    for words in [["sample", run.path, "--count", "9", "--output", scratch.file("a.npy")], ["evaluate", run.path]] {
      let outcome = await ebm(words)
      #expect(outcome.status == .done)
      #expect(
        outcome.messages.contains("caution: the run was stopped before its evaluation was done"), "\(outcome.messages)")
    }
    try Files.remove(run.file("evaluation.json"))
    let resumed = await ebm(["resume", run.path])
    #expect(resumed.status == .done && resumed.result.contains("report: "), "\(resumed.messages)")
    #expect(try run.record().state == .complete && run.caution() == nil)
    let (before, after) = (try straight.evaluation(), try run.evaluation())
    #expect(before.figures == after.figures)
    // The seconds of training are the checkpoint's.
    #expect(after.seconds == before.seconds && (after.seconds ?? 0) > 0)
    #expect(try scratch.bytes("killed/report.html") == scratch.bytes("straight/report.html"))
    let again = await ebm(["resume", run.path])
    #expect(again.status == .done && again.messages.contains("the run is complete: 12 iterations"))
  }

  @Test func aRunThatHasNotBegunBegins() async throws {
    let straight = try await train("straight")
    let run = try killed(straight, at: -1, as: "killed")
    #expect(run.checkpoints().isEmpty)
    let outcome = await ebm(["resume", run.path])
    #expect(outcome.status == .done && outcome.messages.contains("from iteration 0"), "\(outcome.messages)")
    #expect(try scratch.bytes("killed/metrics.jsonl") == scratch.bytes("straight/metrics.jsonl"))
    // A complete run whose checkpoints are gone is not trained anew.
    try Files.remove(straight.file("checkpoints"))
    let gone = await ebm(["resume", straight.path])
    #expect(gone.status == .failed && gone.messages.contains("it holds no complete checkpoint"))
  }

  @Test func aDamagedCheckpointFallsBack() async throws {
    let straight = try await train("straight", "training.checkpointEvery=5")
    let run = try killed(straight, at: 10, as: "killed")
    var bytes = try Files.readBytes(run.file("checkpoints/000010/state.safetensors"))
    bytes[bytes.count - 1] ^= 1
    try Files.replace(run.file("checkpoints/000010/state.safetensors"), with: bytes)
    let outcome = await ebm(["resume", run.path])
    #expect(outcome.status == .done, "\(outcome.messages)")
    let line = outcome.messages.split(separator: "\n").filter { $0.contains("damaged") }
    #expect(line.count == 1 && line[0].hasPrefix("caution: damaged: 000010/state.safetensors has the checksum "))
    #expect(line.first?.hasSuffix("the checkpoint of iteration 5 is used") == true, "\(line)")
    #expect(outcome.messages.contains("from iteration 5"))
    #expect(try scratch.bytes("killed/metrics.jsonl") == scratch.bytes("straight/metrics.jsonl"))
    #expect(run.checkpoints().map(\.iteration) == [0, 5, 10, 12])
  }

  /// Whatever put it there: a model that is no model is not used.
  @Test(arguments: ["weights.safetensors", "state.safetensors"])
  func weightsThatAreNotFiniteAreRefused(file: String) async throws {
    let run = try await train("run")
    let checkpoint = try #require(run.latestCheckpoint())
    var contents = try Safetensors(contentsOf: URL(fileURLWithPath: checkpoint.file(file)))
    let isWeight = { (name: String) in name.contains("energy.") && name.hasSuffix("weight") }
    let prefix = file.hasPrefix("state") ? "training." : ""
    let key = try #require(contents.tensors.keys.filter { $0.hasPrefix(prefix) && isWeight($0) }.min())
    let old = try #require(contents.tensors[key])
    contents.tensors[key] = Tensor([Float.nan] + old.scalars.dropFirst(), shape: old.shape)
    let changed = contents
    let others = try Files.list(checkpoint.path).filter { $0 != "contents.json" && $0 != file }
    try run.writeCheckpoint(iteration: checkpoint.iteration) { folder in
      for name in others { try Files.replace("\(folder)/\(name)", with: Files.readBytes(checkpoint.file(name))) }
      try changed.write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
    }
    // What is sampled and measured is the model alone.
    let uses = [["sample", run.path, "--output", scratch.file("a.npy")], ["evaluate", run.path]]
    for words in (file == "state.safetensors" ? [] : uses) + [["resume", run.path]] {
      let outcome = await ebm(words)
      #expect(outcome.status == .failed, "\(words[0])")
      #expect(
        outcome.messages.contains("\(file): cannot use the weights: \(key) holds nan in 1 of "), "\(outcome.messages)")
    }
    #expect(!scratch.exists("a.npy"))
  }

  /// How a run ended is said wherever it is used.
  @Test(arguments: [
    (RunRecord.State.interrupted, 5, "training was interrupted; this is the model of iteration 5 of 12"),
    (.failed, 5, "the run failed: no space; this is the model of iteration 5 of 12"),
    (.diverged, 0, "training diverged: no space; this is the model of iteration 0 of 12, which is untrained"),
    (.running, 10, "the run was stopped without notice; this is the model of iteration 10 of 12"),
    (.complete, 10, "the run is complete, but its last checkpoint is not in order; this is the model of iteration 10"),
  ])
  func howItEndedIsSaid(state: RunRecord.State, iteration: Int, text: String) async throws {
    let run = try await train("run", "training.checkpointEvery=5")
    try run.removeCheckpoints(after: iteration)
    try run.enter(
      state, because: [.failed, .diverged].contains(state) ? "no space" : nil, iteration: iteration)
    for words in [
      ["sample", run.path, "--count", "9", "--output", scratch.file("a.npy")], ["evaluate", run.path, "--count", "50"],
      ["compare", run.path],
    ] {
      let outcome = await ebm(words)
      #expect(outcome.status == .done, "\(outcome.messages)")
      #expect(outcome.messages.contains("caution: ") && outcome.messages.contains(text), "\(outcome.messages)")
    }
    let events = try run.record().history.map(\.event)
    #expect(events.first == "running" && events.contains("complete") && events.count == 3)
  }

  /// What a user opens is what was measured; what training goes on with is beside it.
  @Test func theFileOfWeightsIsTheModelThatWasMeasured() async throws {
    let run = try await train("run")
    let registry = try ComponentRegistry(plugins: .standard)
    let trained = try TrainedModel(run: run, registry: registry) { Issue.record("\($0)") }
    let checkpoint = try #require(run.latestCheckpoint())
    func open(_ name: String) throws -> Safetensors {
      try Safetensors(contentsOf: URL(fileURLWithPath: checkpoint.file(name)))
    }
    let (weights, state) = (try open("weights.safetensors"), try open("state.safetensors"))
    #expect(weights.metadata["content"]?.hasPrefix("running averages of the weights") == true)
    #expect(state.metadata["content"]?.contains("training.*: the weights themselves") == true)
    for (name, tensor) in weights.tensors {
      let parameter = try #require(trained.store.parameters.first { $0.name == name })
      #expect(trained.store[parameter] == tensor.scalars, "\(name)")
      if parameter.kind == .weight {
        let raw = try #require(state.tensors["training.\(name)"])
        #expect(raw.scalars != tensor.scalars, "\(name)")
      }
    }
  }

  @Test func aMissingPluginIsNamed() async throws {
    let outcome = await ebm(
      ["train"] + SmallRecipe.persistent + SmallRecipe.measuredBriefly + [
        "optimizer=plain", "--output", scratch.file("run"),
      ], plugins: [Lab()])
    #expect(outcome.status == .done, "\(outcome.messages)")
    for command in ["sample", "evaluate", "resume"] {
      let outcome = await ebm([command, scratch.file("run")])
      #expect(outcome.status == .wrongUsage)
      #expect(
        outcome.messages
          == "error: optimizer.plain: this program has no such component; the run has it from the plugin Lab, "
          + "expected a program with that plugin\n",
        "\(command)")
    }
  }

  @Test func aRunIsNotARecipe() async throws {
    let run = try await train("run")
    let outcome = await ebm(["train", run.path])
    #expect(outcome.status == .wrongUsage)
    #expect(
      outcome.messages
        == "error: \(run.path): this is the folder of a run, not a recipe; did you mean \(run.path)/recipe.json?\n")
  }
}

private struct Lab: Plugin {
  func register(in registry: inout ComponentRegistry) throws(ConfigurationError) { try registry.add(Plain.self) }
}

/// Gradient descent of a plugin.
private struct Plain: Optimizer {
  static let name = "plain"
  static let summary = "Goes downhill."

  func rule(for weights: WeightGroup, in scope: ParameterScope) -> UpdateRule {
    UpdateRule(rates: [{ _, _ in 0.01 }]) { gradients, inputs, _ in gradients.map { inputs.rates[0] * $0 } }
  }
}
