package import EBMCore
internal import Tensors

/// Training into a run's folder: what the command line and ``EBMCore/Pipeline/train(into:replacing:command:registry:events:)``
/// do alike.
///
/// The pipeline's model is built and looked at first, so that what cannot be trained leaves no folder behind.
package struct RunTraining {
  private let trainer: Trainer
  private let events: @Sendable (TrainingEvent) -> Void

  /// What the folder of the run is called when nobody says so.
  package var usualFolder: String { "runs/\(trainer.pipeline.name)" }

  /// A seed for whoever gives none: short enough to be typed, and the same in all processes.
  package static func randomSeed() -> UInt64 { ProcessGroup.current.common(.random(in: 0..<1_000_000_000)) }

  /// Makes a pipeline ready for training.
  ///
  /// - Parameters:
  ///   - pipeline: what to train; without a seed it gets a random one.
  ///   - events: told what happens.
  /// - Throws: a ``ConfigurationError`` when it cannot learn, or when there is not the memory for it.
  package init(
    _ pipeline: Pipeline, events: @escaping @Sendable (TrainingEvent) -> Void
  ) throws(ConfigurationError) {
    var pipeline = pipeline
    pipeline.seed = pipeline.seed ?? Self.randomSeed()
    trainer = try Trainer(pipeline)
    self.events = events
    try trainer.checkMemory()
    let findings = trainer.findings
    for finding in findings where finding.severity == .warning { events(.warning(finding.problem)) }
    let errors = findings.filter { $0.severity == .error }.map(\.problem)
    if !errors.isEmpty { throw ConfigurationError(errors) }
  }

  /// Trains into a new folder.
  ///
  /// - Parameters:
  ///   - place: where.
  ///   - recipe: what the run's `recipe.json` says, its seed filled in; the pipeline's own recipe when nil.
  ///   - command: the command line, for the run's record.
  ///   - registry: where the run's components and the panels of its report come from; nil when that is not known.
  ///   - interruption: tells when to stop.
  /// - Throws: what keeps the folder from being made or written, and what ends training.
  package func begin(
    in place: RunPlace, recipe: Recipe? = nil, command: [String], registry: ComponentRegistry?,
    interruption: any Interruption
  ) throws -> TrainingOutcome {
    let pipeline = trainer.pipeline
    let recipe = try recipe ?? pipeline.recipe()
    if case .folder(let path, force: true) = place, recipe.runsWithin.contains(RunDirectory.folder(of: path)) {
      throw FileError(
        path: path, action: "cannot replace the run", reason: "the new run needs it as a part; choose another folder")
    }
    let run = try place.create(command: command)
    do {
      try run.write(recipe: recipe)
      try run.write(command: command)
      try run.write(environment: RunEnvironment(threads: pipeline.training.threads, blas: LinearAlgebra.coreName))
      if let registry { try run.updateRecord { $0.plugins = RunRecord.origins(of: recipe, in: registry) } }
    } catch {
      // What cannot be begun leaves nothing behind; where that fails too, the first reason is the one that counts.
      try? run.abandon()
      throw error
    }
    events(.began(TrainingStart(run, trainer)))
    var session = try TrainingSession(
      run: run, trainer: trainer, panels: registry?.panels ?? [], interruption: interruption, events: events)
    return try session.train()
  }

  /// Goes on with a run from its latest sound checkpoint.
  ///
  /// - Parameters:
  ///   - run: the run, with its lock.
  ///   - pipeline: what its recipe says.
  ///   - registry: where the panels of its report come from; nil for none.
  ///   - interruption: tells when to stop.
  ///   - events: told what happens.
  /// - Returns: how it ended; a run that is complete already is left as it is.
  /// - Throws: what keeps the run from being read or written, and what ends training.
  package static func resume(
    _ run: RunDirectory, as pipeline: Pipeline, registry: ComponentRegistry?, interruption: any Interruption,
    events: @escaping @Sendable (TrainingEvent) -> Void
  ) throws -> TrainingOutcome {
    let trainer = try Trainer(pipeline)
    try trainer.checkMemory()
    let checkpoint = try latestCheckpoint(of: run, into: trainer) { events(.caution($0)) }
    let last = trainer.pipeline.training.iterations
    let results = ["evaluation.json", "report.html"].filter { Files.isFile(run.file($0)) }
    if trainer.iteration >= last, results.count == 2, try run.record().state == .complete {
      events(.wasComplete(updates: trainer.iteration))
      return TrainingOutcome(run, .complete, iteration: trainer.iteration)
    }
    if try run.record().state == .diverged, let caution = run.caution(at: trainer.iteration) {
      events(.caution("\(caution); the same random numbers will take it there again"))
    }
    try run.setAsideCheckpoints(after: trainer.iteration)
    try run.truncateMetrics(after: trainer.iteration)
    events(.began(TrainingStart(run, trainer, resumedFrom: trainer.iteration)))
    var session = try TrainingSession(
      run: run, trainer: trainer, from: checkpoint, panels: registry?.panels ?? [], interruption: interruption,
      events: events)
    return try session.train()
  }

  /// Restores the trainer from the latest sound checkpoint; nil for a run that was stopped before its first one, which
  /// then begins.
  private static func latestCheckpoint(
    of run: RunDirectory, into trainer: Trainer, report: (String) -> Void
  ) throws -> Checkpoint? {
    let record = try run.record()
    if record.state != .complete, record.iteration == 0, !run.holdsCheckpoints { return nil }
    return try run.withSoundCheckpoint(report: report) { checkpoint in
      try trainer.restore(from: checkpoint.path)
      return checkpoint
    }
  }
}
