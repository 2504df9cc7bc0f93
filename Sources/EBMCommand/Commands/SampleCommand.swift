import EBMCore
import FileFormats
import Foundation
import Runs
import Sampling
import Tensors

/// `ebm sample runs/x sampler.steps=5 --count 5000`: draws from a trained model, in its own way or in another one.
/// `ebm sample energy=banana sampler=nuts chains=64 draws=1000`: long chains with diagnostics.
struct SampleCommand: Command {
  let name = "sample"
  let summary = "Draws samples from a trained run or an energy into a file."
  let syntax = CommandSyntax(
    positionals: [Positional("run", "the run's folder; without it energy=… is sampled", isRequired: false)],
    overrides: "settings of the run's recipe, or energy=banana sampler=nuts; chains=64 draws=1000 for long chains",
    options: [
      CommandOption("count", value: "number", "how many; 5000 by default"),
      CommandOption("seed", value: "number", "the seed of the chains; the run's own by default"),
      CommandOption("output", value: "file", "the file, .npy, .npz or .csv; samples.npy, or draws.npz, by default"),
      CommandOption("force", "replace the file when it is there"),
    ])
  let isOutputItsProduct = false
  let sharesWork = true
  let details = """
    A run is sampled as its objective says, with any settings that its weights allow: sampler.steps=5, sampler=hmc,
    sampler.steps=0 for starts alone, objective.weight=2 for guidance, initializer=gaussian-noise, energy=tempered
    energy.temperature=0.5, sampler=reduced-steps sampler.steps=5. What holds another component (tempered, masked,
    composed-concepts, …) holds the run's. {"type": "trained", "run": "runs/y"} is another run's energy, for products and
    mixtures. What would need other weights is refused.

    With chains or draws, long chains run on one density, after a warm-up in which step size and mass are tuned:
      chains     chains that run side by side; 64
      draws      draws of each chain; 1000
      warmUp     steps before the first draw; 500
      thinning   steps from one draw to the next; 1
      level      noise level of a run that has some; 0, the least noisy
    The table has means with their errors, effective sample sizes and R-hat. A .npz file has x [chain, draw, …], and by chain
    and draw lp, acceptance_rate and diverging: arviz.from_dict takes x as posterior and the others as sample_stats.
    Ctrl-C keeps the draws so far.
    """

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    let seed = try arguments.integer("seed", in: 0...Int.max).map(UInt64.init)
    let wanted = try arguments.integer("count", in: 1...100_000_000)
    let (chains, overrides) = try ChainSettings.parsed(arguments.overrides)
    let isOfChains = chains != nil || arguments.positionals.isEmpty
    let file = try file(arguments, otherwise: isOfChains ? "draws.npz" : "samples.npy")
    let run = try arguments.positionals.first.map { path in try RunDirectory.open(at: path) }
    if let settings = chains ?? (run == nil ? ChainSettings() : nil) {
      if wanted != nil {
        throw ConfigurationError(path: "--count", what: "does not go with chains: draws=… says how many")
      }
      let task = try ChainTask(
        run: run, overrides: overrides, settings: settings, seed: seed, registry: context.registry,
        report: context.output.caution)
      return try await draw(task, into: file, context)
    }
    guard let run else { return .wrongUsage }
    let count = wanted ?? 5_000
    let trained = try TrainedModel(
      run: run, overrides: overrides, registry: context.registry, report: context.output.caution)
    try trained.checkMemory(samples: count, at: "--count")
    guard let points = trained.samples(count, seed: seed ?? trained.pipeline.seed ?? 0).last?.points else {
      throw FileError(path: run.path, action: "cannot sample the run", reason: "its objective defines no samples")
    }
    let odd = points.scalars.count { !$0.isFinite }
    if odd > 0 { context.output.caution("\(odd) of \(points.elementCount) numbers are not finite: chains ran off") }
    try file.write(points)
    context.output.result("\(count) samples \(points.shape) in \(file.path)\n")
    return .done
  }

  /// The file to write, which is not there yet or may be replaced.
  private func file(_ arguments: Arguments, otherwise usual: String) throws -> SamplesFile {
    let file = try SamplesFile(path: arguments.options["output"] ?? usual)
    if Files.exists(file.path), !arguments.flags.contains("force") {
      throw FileError(
        path: file.path, action: "cannot write the samples",
        reason: "the file exists; choose another one or add --force")
    }
    return file
  }

  private func draw(
    _ task: ChainTask, into file: SamplesFile, _ context: CommandContext
  ) async throws -> ExitStatus {
    let (settings, name) = (task.settings, type(of: task.sampler).name)
    context.output.message("\(name) on \(task.energyName), \(settings.chains) chains, seed \(task.seed)\n")
    var progress = ProgressLine(output: context.output, isOfSteps: true)
    let interruption = InterruptSignal()
    let (record, notes) = task.run(interruption: interruption) { step in progress.update { step } }
    progress.clear()
    if record.count == 0 { return .interrupted }
    try file.write(task.arrays(of: record))
    context.output.result(task.summary(of: record, notes: notes))
    context.output.result("\(settings.chains) × \(record.count) draws in \(file.path)\n")
    return record.count == settings.draws ? .done : .interrupted
  }
}
