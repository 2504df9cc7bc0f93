import EBMCore
import FileFormats
import Runs
import Tensors

/// `ebm sample runs/x --count 5000 --output samples.npy`: draws from a trained model.
struct SampleCommand: Command {
  let name = "sample"
  let summary = "Draws samples from a trained run into a file."
  let syntax = CommandSyntax(
    positionals: [Positional("run", "the run's folder")],
    options: [
      CommandOption("count", value: "number", "how many; 5000 by default"),
      CommandOption("seed", value: "number", "the seed of the chains; the run's own by default"),
      CommandOption("output", value: "file", "the file, .npy, .npz or .csv; samples.npy by default"),
      CommandOption("force", "replace the file when it is there"),
    ])

  let isOutputItsProduct = false

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    let count = try arguments.integer("count", in: 1...100_000_000) ?? 5_000
    let seed = try arguments.integer("seed", in: 0...Int.max).map(UInt64.init)
    let file = try SamplesFile(path: arguments.options["output"] ?? "samples.npy")
    let output = file.path
    let run = try RunDirectory.open(at: arguments.positionals[0])
    if Files.exists(output), !arguments.flags.contains("force") {
      throw FileError(
        path: output, action: "cannot write the samples", reason: "the file exists; choose another one or add --force")
    }
    let trained = try TrainedModel(run: run, registry: context.registry, report: context.output.caution)
    try trained.checkMemory(samples: count, at: "--count")
    guard let points = trained.samples(count, seed: seed ?? trained.pipeline.seed ?? 0).last?.points else {
      throw FileError(path: run.path, action: "cannot sample the run", reason: "its objective defines no samples")
    }
    try file.write(points)
    context.output.result("\(count) samples \(points.shape) in \(output)\n")
    return .done
  }
}
