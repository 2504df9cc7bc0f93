import EBM
import EBMCommand
import Foundation
import Testing

/// Gradient descent that presses Ctrl-C itself before an update: the one moment at which it is certain that training
/// runs.
private struct Interrupting: Optimizer {
  static let name = "interrupting"
  static let summary = "Raises SIGINT."
  @Setting("the iteration at which, from 0; -1 for never", .integers((-1)...)) var at = -1

  func rule(for weights: WeightGroup, in scope: ParameterScope) -> UpdateRule {
    let rate: ScheduledRate = { [at] iteration, _ in
      if iteration == at, weights.network == .energy {
        // To the process, as a terminal does: threads of the library that runs tasks do not take signals themselves.
        kill(getpid(), SIGINT)
        usleep(50_000)
      }
      return 0.01
    }
    return UpdateRule(rates: [rate]) { gradients, inputs, _ in gradients.map { inputs.rates[0] * $0 } }
  }
}

private struct Interruption: Plugin {
  func register(in registry: inout ComponentRegistry) throws(ConfigurationError) { try registry.add(Interrupting.self) }
}

@Suite struct InterruptTests {
  /// In a process of its own, as signals belong to processes.
  @Test func ctrlCSavesAndResumeEndsWithTheSameBits() async {
    await #expect(processExitsWith: .success) {
      let scratch = try ScratchFolder()
      let recipe =
        SmallRecipe.persistent + ["training.iterations=400", "training.checkpointEvery=250", "optimizer=interrupting"]
      let straight = await ebm(["train"] + recipe + ["--output", scratch.file("straight")], plugins: [Interruption()])
      #expect(straight.status == .done)

      let broken = await ebm(
        ["train"] + recipe + ["optimizer.at=2", "--output", scratch.file("broken")], plugins: [Interruption()])
      #expect(broken.status == .interrupted)
      // The signal arrives when it arrives; the third update is the first that can see it.
      let saved = broken.messages.firstMatch(of: /interrupted: iteration (\d+) is saved/).flatMap { Int($0.1) }
      let iteration = try #require(saved)
      #expect(iteration >= 3 && iteration < 400)
      #expect(broken.messages.contains("resume with: ebm resume \(scratch.file("broken"))"))
      #expect(!scratch.exists("broken/report.html"))
      #expect(try RunDirectory.open(at: scratch.file("broken")).latestCheckpoint()?.iteration == iteration)

      let resumed = await ebm(["resume", scratch.file("broken")], plugins: [Interruption()])
      #expect(resumed.status == .done)
      #expect(resumed.messages.contains("from iteration \(iteration)"))
      // Metadata holds the recipe, which differs in one number; values and metrics have to be the same.
      let weights = try ["straight", "broken"].map {
        try Safetensors(contentsOf: URL(fileURLWithPath: scratch.file("\($0)/checkpoints/000400/weights.safetensors")))
          .tensors
      }
      #expect(weights[0].count == weights[1].count && !weights[0].isEmpty)
      for (name, value) in weights[0] {
        #expect(weights[1][name]?.scalars.map(\.bitPattern) == value.scalars.map(\.bitPattern), "\(name)")
      }
      #expect(try scratch.bytes("straight/metrics.jsonl") == scratch.bytes("broken/metrics.jsonl"))
    }
  }
}
