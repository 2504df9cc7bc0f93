public import EBMCore

extension TrainedModel {
  /// The model of a run's latest sound checkpoint.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - registry: the components that are known.
  ///   - report: takes what has to be known of the model: that a checkpoint is damaged, that training did not end well.
  /// - Throws: when the run cannot be read, holds no sound checkpoint, or weights that are not finite.
  public init(run: RunDirectory, registry: ComponentRegistry, report: (String) -> Void) throws {
    let trainer = try Trainer(try run.pipeline(registry: registry))
    try run.withSoundCheckpoint(report: report) { try trainer.restore(from: $0.path) }
    self.init(trainer: trainer)
    if let caution = run.caution(at: trainer.iteration) { report(caution) }
  }
}
