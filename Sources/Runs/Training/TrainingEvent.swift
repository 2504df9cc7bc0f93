public import EBMCore
public import Tensors

/// What happens while a run is trained, in order. Whoever trains is told on the thread that trains.
public enum TrainingEvent: Sendable {
  /// Something about the parts is probably not what was meant.
  case warning(ConfigurationProblem)
  /// Something has to be known before the result is trusted, such as a damaged checkpoint.
  case caution(String)
  /// The run was complete already and stays as it is.
  case wasComplete(updates: Int)
  /// The first update comes next.
  case began(TrainingStart)
  /// Rows of the data are left out because they cannot be used.
  case skipsRows(first: String)
  /// A line of `metrics.jsonl` was written.
  case logged(TrainingStatus)
  /// A checkpoint was written.
  case saved(Checkpoint)
  /// The last update is done.
  case trained(updates: Int, seconds: Double)
  /// Numbers are not finite.
  case diverged(Divergence)
  /// The updates are done once more, to find where that began.
  case searchesCause(updates: ClosedRange<Int>)
  /// It began here.
  case foundCause(NonFiniteValue)
  /// Training goes on from a checkpoint with other random numbers.
  case rolledBack(to: Checkpoint)
  /// It diverged too often.
  case gaveUp(rollbacks: Int, checkpoints: String)
  /// What is being measured.
  case measuring(String)
  /// The model was measured.
  case measured(TrainedModel.Measurement)
  /// The report was written to a file.
  case reported(file: String)
  /// Rows that were left out in the whole run.
  case skippedRows(SkippedRows)
  /// Training was interrupted and can be resumed.
  case interrupted(at: Checkpoint, run: RunDirectory)
  /// It was interrupted before its first update, and the run that made way for it is back in its folder.
  case interruptedBeforeAnything(run: RunDirectory)
  /// It was interrupted when all updates were done and the model was not measured yet.
  case interruptedMeasuring(run: RunDirectory)
  /// Nothing of the new run is worth keeping: the one that made way for it is back in its folder.
  case cameBack(reason: String, run: RunDirectory)
  /// An error ends training; what was trained is in this checkpoint.
  case stopped(at: Checkpoint)
  /// An error ends training, and this update cannot be saved; the checkpoint is from before.
  case notSaved(iteration: Int, last: Checkpoint?)
  /// Something went wrong beside an interruption, which counts.
  case failure(any Error)
}

/// Where training begins.
public struct TrainingStart: Sendable {
  /// The folder.
  public let run: RunDirectory
  /// Whether two processes that write into it notice each other: ``RunDirectory/isProtected``.
  public let isProtected: Bool
  /// What the pipeline is called.
  public let name: String
  /// The seed of all randomness.
  public let seed: UInt64
  /// Updates done; nil for a new run.
  public let resumedFrom: Int?
  /// Processes that train it together.
  public let processes: Int
  /// Bytes that all of them together give the others in an update.
  public let exchangedBytes: Int

  /// Training of a run whose lock is held.
  init(_ run: RunDirectory, _ trainer: Trainer, resumedFrom: Int? = nil) {
    (self.run, isProtected) = (run.unlocked, run.isProtected)
    (name, seed) = (trainer.pipeline.name, trainer.seed)
    self.resumedFrom = resumedFrom
    processes = ProcessGroup.current.size
    // What one process compiles, it compiles when it begins.
    exchangedBytes = processes == 1 ? 0 : trainer.exchangedBytes
  }
}

/// How far training is.
public struct TrainingStatus: Sendable {
  /// Updates done.
  public let iteration: Int
  /// Updates in all.
  public let total: Int
  /// Updates that were done when this process began.
  public let first: Int
  /// How long the others took.
  public let elapsed: Duration
  /// The numbers that updates report, means since the line before.
  public let values: [(name: String, value: Double)]
}
