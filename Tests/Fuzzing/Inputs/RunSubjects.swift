import EBM
import Foundation

/// The files of a run, each changed alone in a run that is whole otherwise.
enum RunSubjects {
  private static let commands: [[String]] = [
    ["compare", "run"], ["sample", "run", "--count", "2", "--output", "samples.npy", "--force"], ["resume", "run"],
    ["evaluate", "run", "--count", "16"],
  ]

  static let all = [
    "recipe.json", "metrics.jsonl", "evaluation.json", "environment.json", "checkpoint/contents.json",
    "checkpoint/counters.json", "checkpoint/weights.safetensors", "checkpoint/state.safetensors",
    "checkpoint/progress.json",
    "run.json", ".lock",
  ].map { file in
    Subject(
      "run-" + file.split(separator: "/").joined(separator: "-"), weight: 1, bytesAllowed: 1 << 30,
      bytesPerByte: 200_000
    ) {
      random, workshop in
      let whole = workshop.template[file] ?? []
      var bytes = whole
      if file.hasSuffix(".safetensors") || random.isOne(in: 5) {
        ByteMutation.apply(to: &bytes, other: whole, &random)
      } else {
        TextMutation.apply(to: &bytes, other: whole, &random)
      }
      // Which command, and whether the checkpoint's own list agrees with the file.
      return [UInt8(random.below(8))] + bytes
    } use: { bytes, workshop in
      guard let choice = bytes.first else { return }
      try workshop.layRun(replacing: file, with: Array(bytes.dropFirst()), isListed: choice & 4 != 0)
      _ = try await workshop.run(commands[Int(choice & 3)])
    }
  }
}
