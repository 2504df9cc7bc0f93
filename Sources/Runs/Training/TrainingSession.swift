internal import EBMCore
internal import FileFormats
internal import Tensors

/// Trains into a run directory: progress, metrics, checkpoints, recovery from divergence, the report at the end.
///
/// Whatever happens, the run's record says how it ended, and what was trained is saved as far as it can be.
struct TrainingSession {
  /// Seconds after which the search for the cause of a divergence is given up.
  private static let searchLimit = Duration.seconds(60)

  private let run: RunDirectory
  private let trainer: Trainer
  private let interruption: any Interruption
  private let panels: [any ReportPanel]
  private let events: @Sendable (TrainingEvent) -> Void
  private let clock = ContinuousClock()
  private let (start, first): (ContinuousClock.Instant, Int)
  private let secondsBefore: Double
  private var progress: TrainingProgress
  /// The checkpoint of the values that training goes on from, once there is one.
  private var saved: Checkpoint?
  /// Whether the trainer's values are worth saving; not while a divergence is being recovered from.
  private var isSound = true
  private var skipped = SkippedRows()

  private var settings: TrainingSettings { trainer.pipeline.training }
  private var seconds: Double { secondsBefore + (clock.now - start) / .seconds(1) }

  /// A session that begins a run, or goes on with one.
  ///
  /// - Parameters:
  ///   - run: the run, with its lock.
  ///   - trainer: at the iteration to begin with.
  ///   - checkpoint: what the trainer was restored from; nil for a new run.
  ///   - panels: sections that plugins add to the report.
  ///   - interruption: tells when to stop.
  ///   - events: told what happens.
  init(
    run: RunDirectory, trainer: Trainer, from checkpoint: Checkpoint? = nil, panels: [any ReportPanel],
    interruption: any Interruption,
    events: @escaping @Sendable (TrainingEvent) -> Void
  ) throws {
    self.run = run
    self.trainer = trainer
    self.panels = panels
    self.interruption = interruption
    self.events = events
    let quantities = trainer.diagnostics.count
    progress =
      try checkpoint.map { try TrainingProgress(of: $0, quantities: quantities) }
      ?? TrainingProgress(quantities: quantities)
    saved = checkpoint
    secondsBefore = progress.seconds
    (start, first) = (clock.now, trainer.iteration)
  }

  /// Trains until the last iteration and measures the model, or until an interruption or a divergence that rolling back
  /// does not cure.
  mutating func train() throws -> TrainingOutcome {
    do {
      let isResumed = saved != nil
      try run.updateRecord { $0.iterations = trainer.pipeline.training.iterations }
      try run.enter(.running, because: isResumed ? "resumed" : nil, iteration: trainer.iteration)
      if !isResumed || trainer.iteration < settings.iterations, let ending = try iterate() {
        return TrainingOutcome(run, ending, iteration: saved?.iteration ?? 0)
      }
      return try finish()
    } catch {
      if try putBack(because: "the new one failed") { throw error }
      // The error itself is what counts; where the record cannot be written, the folder's lock tells that it ended.
      let reason = "\(error)".prefix { $0 != "\n" }
      try? run.enter(.failed, because: String(reason), iteration: saved?.iteration ?? 0, seconds: seconds)
      throw error
    }
  }

  // MARK: Iterations

  /// - Returns: how training ended before its last iteration; nil when it did not.
  private mutating func iterate() throws -> TrainingOutcome.Ending? {
    var log = try run.metricsLog()
    do {
      while true {
        do {
          if let ending = try step(&log) { return ending == .complete ? nil : ending }
        } catch let divergence as Divergence {
          isSound = false
          try log.flush()
          guard try recover(from: divergence) else { return .diverged }
          try run.truncateMetrics(after: trainer.iteration)
          log = try run.metricsLog()
          isSound = true
        }
      }
    } catch {
      rescue(&log)
      throw error
    }
  }

  /// Saves what has to be saved now and does one update.
  ///
  /// - Returns: how training ended; nil when it goes on.
  private mutating func step(_ log: inout MetricsLog) throws -> TrainingOutcome.Ending? {
    let isLast = trainer.iteration == settings.iterations
    let isDue = settings.checkpointEvery > 0 && trainer.iteration % settings.checkpointEvery == 0
    if saved == nil || isLast || isDue || interruption.isRaised { try save(&log) }
    if isLast {
      events(.trained(updates: trainer.iteration - first, seconds: seconds - secondsBefore))
      return .complete
    }
    guard let saved else { return nil }
    if interruption.isRaised {
      TrainingSession.stop(run, at: saved, after: seconds, events)
      return .interrupted
    }
    if trainer.iteration == first, saved.iteration == first {
      // The first update is compiled before it is done, which takes seconds, and there is nothing new to save.
      let (run, events, seconds) = (run, events, seconds)
      let trainer = trainer
      progress.add(
        try interruption.endingAtOnce {
          TrainingSession.stop(run, at: saved, after: seconds, events)
        } while: {
          try trainer.advance()
        })
    } else {
      progress.add(try trainer.advance())
    }
    try record(&log)
    return nil
  }

  /// Writes and shows what the last updates reported, when it is time.
  private mutating func record(_ log: inout MetricsLog) throws {
    if trainer.skippedRows.count > 0, skipped.count == 0 {
      skipped = trainer.skippedRows
      events(.skipsRows(first: skipped.first ?? ""))
    }
    let iteration = trainer.iteration
    guard iteration % settings.logEvery == 0 || iteration == settings.iterations else { return }
    let means = Array(zip(trainer.diagnostics, progress.means()))
    try log.append(JSONObject([("iteration", .integer(iteration))] + means.map { ($0, .number($1)) }))
    events(
      .logged(
        TrainingStatus(
          iteration: iteration, total: settings.iterations, first: first, elapsed: clock.now - start,
          values: means.map { (name: $0, value: $1) })))
  }

  /// Writes a checkpoint of the trainer's values, unless there is one; what was logged is on the disk before it.
  private mutating func save(_ log: inout MetricsLog) throws {
    if saved?.iteration == trainer.iteration { return }
    try trainer.checkWeights()
    try log.synchronize()
    progress.seconds = seconds
    let (trainer, progress) = (trainer, progress)
    let checkpoint = try run.writeCheckpoint(iteration: trainer.iteration) { folder in
      try trainer.save(to: folder)
      try progress.write(to: folder)
    }
    saved = checkpoint
    events(.saved(checkpoint))
    if trainer.iteration > 0 { try run.discardReplaced() }
    try run.pruneCheckpoints(keepingLast: settings.checkpointsKept)
  }

  /// After an error, saves the trainer's values when they are sound and can be saved.
  private mutating func rescue(_ log: inout MetricsLog) {
    guard isSound else { return }
    do {
      try save(&log)
      if let saved, saved.iteration > 0 { events(.stopped(at: saved)) }
    } catch {
      events(.notSaved(iteration: trainer.iteration, last: saved))
    }
  }

  // MARK: Divergence

  /// Goes back to the last checkpoint, when the recipe says so.
  ///
  /// - Returns: whether training goes on.
  private mutating func recover(from divergence: Divergence) throws -> Bool {
    events(.diverged(divergence))
    guard let saved else { return false }
    if let cause = try cause(of: divergence, since: saved) { events(.foundCause(cause)) }
    guard settings.onDivergence == .rollback, trainer.rollbacks < settings.rollbacks else {
      // The checkpoints of a run that makes way again are nobody's.
      if try putBack(because: "training diverged") { return false }
      events(.gaveUp(rollbacks: trainer.rollbacks, checkpoints: run.file("checkpoints")))
      try run.enter(
        .diverged, because: "\(divergence.quantity) was \(divergence.value) in iteration \(divergence.iteration)",
        iteration: saved.iteration, seconds: seconds)
      return false
    }
    try trainer.rollBack(to: saved.path)
    let before = progress
    progress = try TrainingProgress(of: saved, quantities: trainer.diagnostics.count)
    progress.seconds = before.seconds
    events(.rolledBack(to: saved))
    return true
  }

  /// The operation that began it, from the last sound values; nil when it takes too long to find.
  private mutating func cause(of divergence: Divergence, since saved: Checkpoint) throws -> NonFiniteValue? {
    let (deadline, clock, interruption) = (clock.now + TrainingSession.searchLimit, clock, interruption)
    if divergence.iteration - saved.iteration > 1 {
      events(.searchesCause(updates: saved.iteration + 1...divergence.iteration))
    }
    return try trainer.diagnose(divergence, from: saved.path) {
      !ProcessGroup.current.any(clock.now >= deadline) && !interruption.isRaised
    }
  }

  // MARK: The end

  /// Enters an interruption into the record and says how to go on. A run that had to make way for one without a single
  /// update comes back.
  private static func stop(
    _ run: RunDirectory, at saved: Checkpoint, after seconds: Double, _ events: (TrainingEvent) -> Void
  ) {
    do {
      if run.isReplacing {
        try run.restoreReplaced()
        events(.interruptedBeforeAnything(run: run.unlocked))
        return
      }
      try run.enter(.interrupted, iteration: saved.iteration, seconds: seconds)
    } catch {
      // What was trained is saved, and without a new record the run counts as stopped without notice.
      events(.failure(error))
    }
    events(.interrupted(at: saved, run: run.unlocked))
  }

  /// Puts the run back that made way for this one, when nothing of this one is worth keeping.
  private func putBack(because reason: String) throws -> Bool {
    guard run.isReplacing else { return false }
    try run.restoreReplaced()
    events(.cameBack(reason: reason, run: run.unlocked))
    return true
  }

  /// Measures the trained model and writes the report.
  private func finish() throws -> TrainingOutcome {
    let (run, trainer, events, panels, seconds) = (run, trainer, events, panels, progress.seconds)
    let iteration = trainer.iteration
    @Sendable func stop() {
      // The trained model is saved; without a new record the run counts as stopped without notice.
      try? run.enter(.interrupted, because: "its evaluation is missing", iteration: iteration, seconds: seconds)
      events(.interruptedMeasuring(run: run.unlocked))
    }
    var outcome = TrainingOutcome(run, .complete, iteration: iteration)
    do {
      try interruption.endingAtOnce(with: stop) {
        let model = TrainedModel(trainer: trainer)
        outcome.measurement = try RunMeasurement(
          run: run, trained: model, seed: trainer.seed, seconds: seconds, panels: panels)(
            interruption: interruption, events: events)
        outcome.model = model
        try run.enter(.complete, iteration: iteration, seconds: seconds)
      }
    } catch is CancellationError {
      stop()
      return TrainingOutcome(run, .interrupted, iteration: iteration)
    }
    if trainer.skippedRows.count > 0 { events(.skippedRows(trainer.skippedRows)) }
    return outcome
  }
}
