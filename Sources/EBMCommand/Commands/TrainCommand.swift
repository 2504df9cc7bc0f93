import EBMCore
import FileFormats
import Runs

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
  let sharesWork = true
  let details = """
    Ctrl-C saves a checkpoint; `resume` goes on from it. Exit status 3 means that training diverged.
    """

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    var recipe = try Recipe.load(arguments.positionals[0], from: context.registry)
      .applying(overrides: arguments.overrides).resolved(with: context.registry)
    recipe.seed = recipe.seed ?? RunTraining.randomSeed()
    let monitor = TrainingMonitor(output: context.output)
    defer { monitor.finish() }
    let training = try RunTraining(try Pipeline(recipe, registry: context.registry), events: monitor.show)
    let force = arguments.flags.contains("force")
    let place =
      if let folder = arguments.options["output"] { RunPlace.folder(folder, force: force) } else if force {
        RunPlace.folder(training.usualFolder, force: true)
      } else { RunPlace.numbered(training.usualFolder) }
    return try training.begin(
      in: place, recipe: recipe, command: context.commandLine, registry: context.registry,
      interruption: InterruptSignal()
    ).exitStatus
  }
}
