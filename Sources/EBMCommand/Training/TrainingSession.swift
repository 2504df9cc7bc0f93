import EBMCore

/// Trains into a run directory: progress, metrics, checkpoints, recovery from divergence, the report at the end.
struct TrainingSession {
  let run: RunDirectory
  let trainer: Trainer
  let output: CommandOutput

  private var settings: TrainingSettings { trainer.pipeline.training }

  /// Trains until the last iteration, an interruption or a divergence that rolling back does not cure.
  func train() throws -> ExitStatus {
    let interrupt = InterruptSignal()
    var progress = ProgressLine(output: output)
    var log = try run.metricsLog()
    let clock = ContinuousClock()
    let (start, first) = (clock.now, trainer.iteration)
    if trainer.iteration == 0 { try checkpoint() }
    var sums = [Double](repeating: 0, count: trainer.diagnostics.count)
    var count = 0
    var skipped = SkippedRows()

    while trainer.iteration < settings.iterations {
      if interrupt.isRaised {
        try log.flush()
        let checkpoint = try checkpoint()
        progress.note("interrupted: iteration \(trainer.iteration) is saved in \(checkpoint.path)")
        output.message("resume with: ebm resume \(run.path)\n")
        return .interrupted
      }
      do {
        let numbers = try trainer.advance()
        for index in numbers.indices { sums[index] += Double(numbers[index]) }
        count += 1
      } catch let error as Divergence {
        try log.flush()
        guard try recover(from: error, &progress) else { return .diverged }
        try run.truncateMetrics(after: trainer.iteration)
        log = try run.metricsLog()
        (sums, count) = (sums.map { _ in 0 }, 0)
        continue
      } catch {
        // The data cannot be read or used; what was trained is sound.
        try log.flush()
        let checkpoint = try checkpoint()
        progress.note("stopped: iteration \(trainer.iteration) is saved in \(checkpoint.path)")
        throw error
      }
      let iteration = trainer.iteration
      if trainer.skippedRows.count > 0, skipped.count == 0 {
        skipped = trainer.skippedRows
        progress.note("skipping rows that cannot be used, the first: \(skipped.first ?? "")")
      }
      if iteration % settings.logEvery == 0 || iteration == settings.iterations {
        let means = sums.map { $0 / Double(max(1, count)) }
        try log.append(record(iteration, means))
        (sums, count) = (sums.map { _ in 0 }, 0)
        let shown = zip(trainer.diagnostics, means).map { (name: $0, value: $1) }
        progress.update {
          ProgressText.line(
            done: iteration, total: settings.iterations, since: first, elapsed: clock.now - start, values: shown)
        }
      }
      if settings.checkpointEvery > 0, iteration % settings.checkpointEvery == 0, iteration < settings.iterations {
        try log.flush()
        try checkpoint()
      }
    }
    try log.flush()
    try checkpoint()
    let seconds = (clock.now - start) / .seconds(1)
    progress.finish("trained \(settings.iterations - first) iterations in \(ProgressText.short(seconds)) s")
    try finish(seconds: seconds)
    if trainer.skippedRows.count > 0 {
      output.message("rows skipped because they cannot be used: \(trainer.skippedRows.count)\n")
    }
    return .done
  }

  private func record(_ iteration: Int, _ means: [Double]) -> JSONObject {
    JSONObject([("iteration", .integer(iteration))] + zip(trainer.diagnostics, means).map { ($0, .number($1)) })
  }

  @discardableResult
  private func checkpoint() throws -> Checkpoint {
    let checkpoint = try run.writeCheckpoint(iteration: trainer.iteration) { try trainer.save(to: $0) }
    try run.pruneCheckpoints(keepingLast: settings.checkpointsKept)
    return checkpoint
  }

  /// Goes back to the last checkpoint, when the recipe says so.
  ///
  /// - Returns: whether training goes on.
  private func recover(from divergence: Divergence, _ progress: inout ProgressLine) throws -> Bool {
    progress.note("\(divergence)")
    if let cause = try trainer.diagnose() { progress.note("first seen in \(cause)") }
    guard settings.onDivergence == .rollback, trainer.rollbacks < settings.rollbacks,
      let last = run.latestCheckpoint()
    else {
      progress.note("stopped after \(trainer.rollbacks) rollbacks; checkpoints are in \(run.file("checkpoints"))")
      return false
    }
    try trainer.rollBack(to: last.path)
    progress.note("rolled back to iteration \(last.iteration), going on with other random numbers")
    return true
  }

  /// Evaluates the trained model and writes the report.
  private func finish(seconds: Double) throws {
    let trained = TrainedModel(pipeline: trainer.pipeline, model: trainer.model, store: trainer.averagedStore())
    try RunMeasurement(run: run, trained: trained, seed: trainer.seed, seconds: seconds, output: output)()
  }
}
