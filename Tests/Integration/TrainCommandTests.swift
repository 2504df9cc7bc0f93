import EBM
import EBMCommand
import Foundation
import Testing

/// Whole runs of the built-in recipes, made small.
@Suite struct TrainCommandTests {
  @Test(arguments: [
    SmallRecipe.recovery, SmallRecipe.persistent, SmallRecipe.recovery + ["sampler=mala", "sampler.steps=3"],
    SmallRecipe.persistent + ["sampler=mala", "sampler.steps=4", "sampler.stepSize=0.3"],
  ])
  func trainsIntoAFolder(recipe: [String]) async throws {
    let scratch = try ScratchFolder()
    let outcome = await ebm(["train"] + recipe + ["--output", scratch.file("run")])
    #expect(outcome.status == .done, "\(outcome.messages)")
    let run = try RunDirectory.open(at: scratch.file("run"))
    let registry = try ComponentRegistry(plugins: .standard)
    let isAdjusted = recipe.contains("sampler=mala")
    #expect(try run.recipe()[.sampler]?["type"]?.stringValue == (isAdjusted ? "mala" : "langevin"))
    #expect(try run.recipe().resolved(with: registry) == run.recipe(), "every default is written out")
    #expect(run.checkpoints().map(\.iteration) == [0, 2, 4])

    let metrics = try run.metrics()
    #expect(metrics.compactMap { $0["iteration"]?.integerValue } == [1, 2, 3, 4])
    for record in metrics {
      #expect(record.members.allSatisfy { $0.value.numberValue?.isFinite == true }, "\(record)")
      // Chains without a test have no acceptance.
      let acceptance = record["acceptance"]?.numberValue
      #expect(isAdjusted ? acceptance.map { $0 > 0 && $0 < 1 } == true : acceptance == nil)
    }
    #expect(try scratch.text("run/command.txt").hasPrefix("ebm train \(recipe[0]) "))
    #expect(try scratch.text("run/report.html").contains("<svg"))
    #expect(scratch.exists("run/environment.json") && scratch.exists("run/plots/panel.png"))
    #expect(outcome.result.contains("KL(true‖model)") && outcome.result.contains("report.html"))
    let trained = try TrainedModel(run: run, registry: registry) { Issue.record("\($0)") }
    let points = try #require(trained.samples(100, seed: 1).last?.points)
    #expect(points.shape == [100, 2])
    #expect(points.scalars.allSatisfy { $0.isFinite })
  }

  /// The weights of a checkpoint open in the library that others use.
  @Test(.enabled(if: Python.hasSafetensors, "python3 has no safetensors"))
  func checkpointsOpenInPython() async throws {
    let scratch = try ScratchFolder()
    let outcome = await ebm(["train"] + SmallRecipe.persistent + ["--output", scratch.file("run")])
    #expect(outcome.status == .done, "\(outcome.messages)")
    let script = """
      import sys
      from safetensors import safe_open
      for name in ("weights", "state"):
          with safe_open(f"{sys.argv[1]}/{name}.safetensors", framework="np") as file:
              print(name, file.metadata()["format"], file.metadata()["sign"])
              for key in sorted(file.keys()):
                  value = file.get_tensor(key)
                  print(key, value.dtype, list(value.shape), float(value.astype("float64").sum()))
      """
    let lines = try Python.run(script, [scratch.file("run/checkpoints/000004")]).split(separator: "\n").map(String.init)
    #expect(
      lines.contains("weights swift-ebm p(x) ∝ exp(−E(x))") && lines.contains("state swift-ebm p(x) ∝ exp(−E(x))"))
    let registry = try ComponentRegistry(plugins: .standard)
    let trainer = try Trainer(
      try Pipeline(try RunDirectory.open(at: scratch.file("run")).recipe(), registry: registry))
    try trainer.restore(from: scratch.file("run/checkpoints/000004"))
    #expect(lines.count == trainer.store.parameters.count + 2)
    // The file of weights holds the averages, under the weights' names.
    let averages = Set(trainer.store.parameters.map(\.name).filter { $0.hasPrefix("average.") })
    #expect(!averages.isEmpty)
    for parameter in trainer.store.parameters {
      var name = parameter.name
      if averages.contains(name) {
        name = String(name.dropFirst("average.".count))
      } else if averages.contains("average.\(name)") {
        name = "training.\(name)"
      }
      let line = try #require(
        lines.first { $0.hasPrefix(name + " float32 \(parameter.shape) ") }, "\(name)")
      let sum = try #require(Double(line.split(separator: " ").last ?? ""))
      let expected = (trainer.store[parameter] ?? []).reduce(0.0) { $0 + Double($1) }
      #expect(abs(sum - expected) <= 1e-9 * max(1, abs(expected)), "\(parameter.name)")
    }
  }
}

/// The system's Python.
enum Python {
  struct Failure: Error { var text: String }

  // Any failure means that the comparison is impossible here, and the test is reported as skipped.
  static let hasSafetensors = (try? run("import numpy, safetensors", [])) != nil

  static func run(_ script: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script] + arguments
    let (output, errors) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, errors)
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw Failure(text: complaint) }
    return text
  }
}
