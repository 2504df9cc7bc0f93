import EBMCore

/// `ebm resume runs/x`: goes on from a run's latest checkpoint, to the same end as without the interruption.
struct ResumeCommand: Command {
  let name = "resume"
  let summary = "Goes on with an interrupted run from its latest checkpoint."
  let syntax = CommandSyntax(positionals: [Positional("run", "the run's folder")])
  let details = "A resumed run ends with the same bits as one that was not interrupted."

  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
    let run = try RunDirectory.open(at: arguments.positionals[0])
    let trainer = try Trainer(try Pipeline(try run.recipe(), registry: context.registry))
    guard let checkpoint = run.latestCheckpoint() else {
      throw FileError(path: run.path, action: "cannot resume the run", reason: "it holds no complete checkpoint")
    }
    try trainer.restore(from: checkpoint.path)
    if trainer.iteration >= trainer.pipeline.training.iterations {
      context.output.message("the run is complete: \(trainer.iteration) iterations\n")
      return .done
    }
    try run.truncateMetrics(after: trainer.iteration)
    context.output.message("\(trainer.pipeline.name), seed \(trainer.seed), from iteration \(trainer.iteration)\n")
    return try TrainingSession(run: run, trainer: trainer, output: context.output).train()
  }
}
