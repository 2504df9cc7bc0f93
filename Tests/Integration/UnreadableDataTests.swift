import EBM
import EBMCommand
import FileFormats
import Foundation
import Tensors
import Testing

/// Data that cannot be used, met in the middle of training.
@Suite struct UnreadableDataTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private static let recipe = """
    {"name": "rows", "dataset": {"type": "npy-file", "path": "PATH"}, "energy": {"type": "mlp", "widths": [8]},
     "objective": {"type": "denoising-score-matching"}, "sampler": {"type": "langevin", "steps": 3}, "optimizer": {"type": "adam"},
     "training": {"iterations": 90, "batch": 50, "checkpointEvery": 20, "logEvery": 10}, "metrics": []}
    """

  /// Rows in the plane, and the recipe of a run on them.
  private func rows(invalid: [Int]) throws -> String {
    var values = (0..<8_000).map { Float(($0 * 7) % 23) / 10 - 1 }
    for row in invalid { values[2 * row + 1] = .nan }
    try Npy.write(Tensor(values, shape: [4_000, 2]), to: URL(fileURLWithPath: scratch.file("rows.npy")))
    return try scratch.write(
      Self.recipe.replacing("PATH", with: scratch.file("rows.npy")), to: "rows.json")
  }

  /// Training stops with a checkpoint and the row's name; once the file is mended the run goes on, to the bits of one
  /// that met nothing.
  @Test func trainingStopsAndGoesOn() async throws {
    let run = ["train", try rows(invalid: []), "seed=3", "--output"]
    #expect(await ebm(run + [scratch.file("whole")]).status == .done)

    let recipe = try rows(invalid: [2_345])
    let stopped = await ebm(["train", recipe, "seed=3", "--output", scratch.file("run")])
    #expect(stopped.status == .failed)
    #expect(
      stopped.messages.contains(
        "error: \(scratch.file("rows.npy")): row 2345, element 1: found nan, expected a finite number "
          + "(dataset.rows.invalid=skip leaves such rows out)\n"))
    #expect(!stopped.messages.contains("diverged") && !stopped.messages.contains("rolled back"))
    let directory = try RunDirectory.open(at: scratch.file("run"))
    let saved = try #require(directory.latestCheckpoint())
    #expect(saved.iteration > 0 && saved.iteration < 90 && saved.iteration % 20 != 0)
    #expect(stopped.messages.contains("stopped: iteration \(saved.iteration) is saved in \(saved.path)"))

    _ = try rows(invalid: [])
    #expect(await ebm(["resume", scratch.file("run")]).status == .done)
    for file in ["weights", "state"] {
      #expect(
        try scratch.bytes("run/checkpoints/000090/\(file).safetensors")
          == scratch.bytes("whole/checkpoints/000090/\(file).safetensors"))
    }
  }

  @Test func skippedRowsAreTold() async throws {
    let recipe = try rows(invalid: [1_700, 2_345, 3_999])
    let words = ["train", recipe, "seed=3", "dataset.rows.invalid=skip", "--output"]
    let outcome = await ebm(words + [scratch.file("run")])
    #expect(outcome.status == .done)
    #expect(
      outcome.messages.contains("skipping rows that cannot be used, the first: \(scratch.file("rows.npy")): row "))
    #expect(outcome.messages.contains("rows skipped because they cannot be used: 3\n"))
  }
}
