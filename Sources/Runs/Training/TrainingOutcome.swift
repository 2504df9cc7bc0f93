public import EBMCore

/// How training into a run ended. Interruptions and divergence are outcomes; errors are thrown.
public struct TrainingOutcome: Sendable {
  /// How it ended.
  public enum Ending: Sendable, Equatable {
    /// Everything is done: trained, measured, reported.
    case complete
    /// It was interrupted; what was trained is saved and can be resumed.
    case interrupted
    /// It diverged and was given up.
    case diverged
  }

  /// The run's folder, to read it. Others may write into it again.
  public let run: RunDirectory
  /// How it ended.
  public let ending: Ending
  /// Updates that were done.
  public let iteration: Int
  /// The trained model; nil unless this call completed it. That of any run: ``EBMCore/TrainedModel/init(run:registry:report:)``.
  public var model: TrainedModel?
  /// What was measured of it, with the samples that it was measured on.
  public var measurement: TrainedModel.Measurement?

  init(_ run: RunDirectory, _ ending: Ending, iteration: Int) {
    self.run = run.unlocked
    self.ending = ending
    self.iteration = iteration
  }
}
