import EBMCore
import FileFormats
import Runs

/// `ebm resume runs/x`: goes on from a run's latest checkpoint, to the same end as without the interruption.
struct ResumeCommand: Command {
  let name = "resume"
  let summary = "Goes on with an interrupted run from its latest checkpoint."
  let syntax = CommandSyntax(positionals: [Positional("run", "the run's folder")])
  let isOutputItsProduct = false
  let details = """
    A resumed run ends with the same bits as one that was not interrupted. A run that was trained and not measured is \
    measured.
    """

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    let interrupt = InterruptSignal()
    let run = try RunDirectory.open(at: arguments.positionals[0]).opened(for: context.commandLine)
    let trainer = try Trainer(try run.pipeline(registry: context.registry))
    try trainer.checkMemory()
    let checkpoint = try latestCheckpoint(of: run, into: trainer, context)
    let last = trainer.pipeline.training.iterations
    let results = ["evaluation.json", "report.html"].filter { Files.isFile(run.file($0)) }
    if trainer.iteration >= last, results.count == 2, try run.record().state == .complete {
      context.output.message("the run is complete: \(trainer.iteration) iterations\n")
      return .done
    }
    if try run.record().state == .diverged, let caution = run.caution(at: trainer.iteration) {
      context.output.caution("\(caution); the same random numbers will take it there again")
    }
    try run.setAsideCheckpoints(after: trainer.iteration)
    try run.truncateMetrics(after: trainer.iteration)
    context.output.message("\(trainer.pipeline.name), seed \(trainer.seed), from iteration \(trainer.iteration)\n")
    if !run.isProtected { context.output.message("note: \(RunDirectory.unprotected)\n") }
    var session = try TrainingSession(
      run: run, trainer: trainer, from: checkpoint, interrupt: interrupt, output: context.output)
    return try session.train()
  }

  /// Restores the trainer from the latest sound checkpoint; nil for a run that was stopped before its first one, which
  /// then begins.
  private func latestCheckpoint(
    of run: RunDirectory, into trainer: Trainer, _ context: CommandContext
  ) throws -> Checkpoint? {
    let record = try run.record()
    if record.state != .complete, record.iteration == 0, !run.holdsCheckpoints { return nil }
    return try run.withSoundCheckpoint(report: context.output.caution) { checkpoint in
      try trainer.restore(from: checkpoint.path)
      return checkpoint
    }
  }
}
