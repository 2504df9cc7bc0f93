import EBMCore
import FileFormats
import Runs

/// `ebm resume runs/x`: goes on from a run's latest checkpoint, to the same end as without the interruption.
struct ResumeCommand: Command {
  let name = "resume"
  let summary = "Goes on with an interrupted run from its latest checkpoint."
  let syntax = CommandSyntax(positionals: [Positional("run", "the run's folder")])
  let isOutputItsProduct = false
  let sharesWork = true
  let details = """
    A resumed run ends with the same bits as one that was not interrupted. A run that was trained and not measured is \
    measured.
    """

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    let interrupt = InterruptSignal()
    let run = try RunDirectory.open(at: arguments.positionals[0]).opened(for: context.commandLine)
    let monitor = TrainingMonitor(output: context.output)
    defer { monitor.finish() }
    return try RunTraining.resume(
      run, as: try run.pipeline(registry: context.registry), registry: context.registry, interruption: interrupt,
      events: monitor.show
    ).exitStatus
  }
}
