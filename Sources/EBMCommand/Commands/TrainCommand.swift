import EBMCore
import FileFormats
import Runs
import Tensors

/// `ebm train cdrl-checkerboard sampler.steps=30 --output runs/x`: trains a recipe into a new run directory.
struct TrainCommand: Command {
  let name = "train"
  let summary = "Trains a recipe into a run directory and writes a report."
  let syntax = CommandSyntax(
    positionals: [Positional("recipe", "a built-in recipe or a recipe's file")],
    overrides: "replaces a setting: sampler.steps=30, sampler=mala, seed=7",
    options: [
      CommandOption(
        "output", value: "folder", "where the run goes; runs/<recipe> by default, runs/<recipe>-2 for the second, …"),
      CommandOption("force", "replace a run that is there already, once the new one has something to keep"),
    ])
  let isOutputItsProduct = false
  let details = """
    Ctrl-C saves a checkpoint; `resume` goes on from it. Exit status 3 means that training diverged.
    """

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    var recipe = try Recipe.load(arguments.positionals[0], from: context.registry)
      .applying(overrides: arguments.overrides).resolved(with: context.registry)
    let seed = recipe.seed ?? UInt64.random(in: 0..<1_000_000_000)
    recipe.seed = seed
    let pipeline = try Pipeline(recipe, registry: context.registry)
    let trainer = try Trainer(pipeline)
    try trainer.checkMemory()
    try context.output.show(trainer.findings)
    let interrupt = InterruptSignal()
    let run = try folder(of: pipeline, arguments, context)
    do {
      try run.write(recipe: recipe)
      try run.write(command: context.commandLine)
      try run.write(environment: RunEnvironment(threads: pipeline.training.threads, blas: LinearAlgebra.coreName))
      try run.updateRecord { $0.plugins = RunRecord.origins(of: recipe, in: context.registry) }
    } catch {
      // What cannot be begun leaves nothing behind; where that fails too, the first reason is the one that counts.
      try? run.abandon()
      throw error
    }
    context.output.message("\(pipeline.name), seed \(seed), into \(run.path)\n")
    if !run.isProtected { context.output.message("note: \(RunDirectory.unprotected)\n") }
    var session = try TrainingSession(run: run, trainer: trainer, interrupt: interrupt, output: context.output)
    return try session.train()
  }

  /// The folder that was asked for; otherwise `runs/<recipe>`, numbered when there is such a run already.
  private func folder(
    of pipeline: Pipeline, _ arguments: Arguments, _ context: CommandContext
  ) throws(FileError) -> RunDirectory {
    let force = arguments.flags.contains("force")
    let usual = "runs/\(pipeline.name)"
    if let folder = arguments.options["output"] {
      return try RunDirectory.create(at: folder, force: force, command: context.commandLine)
    }
    if force { return try RunDirectory.create(at: usual, force: true, command: context.commandLine) }
    return try RunDirectory.createNumbered(at: usual, command: context.commandLine)
  }
}
