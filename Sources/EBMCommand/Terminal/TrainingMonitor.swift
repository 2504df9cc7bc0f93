import EBMCore
import Runs
import Synchronization
import Tensors

/// Shows on a terminal or in a log what happens while a run is trained.
///
/// A class, as the line that is live is shared by the threads that tell of events: the one that trains, and the one that
/// ends the program in its place.
final class TrainingMonitor: Sendable {
  private let output: CommandOutput
  private let lines: Mutex<(training: ProgressLine, measuring: ProgressLine?)>

  init(output: CommandOutput) {
    self.output = output
    lines = Mutex((ProgressLine(output: output), nil))
  }

  /// Shows an event.
  @Sendable func show(_ event: TrainingEvent) { lines.withLock { show(event, &$0.training, &$0.measuring) } }

  /// Leaves the live line as it is, for messages of others to follow.
  func finish() { lines.withLock { $0.training.finish() } }

  private func show(_ event: TrainingEvent, _ line: inout ProgressLine, _ measuring: inout ProgressLine?) {
    func note(_ text: String) { line.note(text) }
    func message(_ text: String) {
      line.finish()
      output.message(text + "\n")
    }
    switch event {
    case .warning(let problem): output.message("warning: \(problem)\n")
    case .caution(let text): output.caution(text)
    case .wasComplete(let updates): output.message("the run is complete: \(updates) iterations\n")
    case .began(let start):
      let place = start.resumedFrom.map { "from iteration \($0)" } ?? "into \(start.run.path)"
      output.message("\(start.name), seed \(start.seed), \(place)\n")
      if start.processes > 1 {
        output.message(
          "\(start.processes) processes, which exchange \(MachineMemory.text(start.exchangedBytes)) an update\n")
      }
      if !start.isProtected { output.message("note: \(RunDirectory.unprotected)\n") }
    case .skipsRows(let first): note("skipping rows that cannot be used, the first: \(first)")
    case .logged(let status):
      line.update {
        ProgressText.line(
          done: status.iteration, total: status.total, since: status.first, elapsed: status.elapsed,
          values: status.values)
      }
    case .saved: break
    case .trained(let updates, let seconds):
      line.finish("trained \(updates) iterations in \(ProgressText.short(seconds)) s")
    case .diverged(let divergence): note("\(divergence)")
    case .searchesCause(let updates):
      note("looking for its cause in iterations \(updates.lowerBound) to \(updates.upperBound)")
    case .foundCause(let cause): note("first seen in \(cause)")
    case .rolledBack(let checkpoint):
      note("rolled back to iteration \(checkpoint.iteration), going on with other random numbers")
    case .gaveUp(let rollbacks, let folder):
      note("stopped after \(rollbacks == 1 ? "1 rollback" : "\(rollbacks) rollbacks"); checkpoints are in \(folder)")
    case .measuring(let step):
      if measuring == nil { measuring = ProgressLine(output: output, isOfSteps: true) }
      measuring?.update { "measuring: \(step)" }
    case .measured(let measurement):
      measuring?.clear()
      output.result(FigureTable.text(measurement.figures, notes: measurement.notes))
    case .reported(let file): output.result("report: \(file)\n")
    case .skippedRows(let rows):
      output.message("rows skipped because they cannot be used: \(rows.count)\n")
    case .interrupted(let checkpoint, let run):
      message("interrupted: iteration \(checkpoint.iteration) is saved in \(checkpoint.path)")
      message("resume with: ebm resume \(run.path)")
    case .interruptedBeforeAnything(let run):
      message("interrupted before the first iteration: the run that was in \(run.path) is back")
    case .interruptedMeasuring(let run):
      measuring?.clear()
      message("interrupted: the trained model is saved, its evaluation is missing")
      message("resume with: ebm resume \(run.path)")
    case .cameBack(let reason, let run): message("\(reason): the run that was in \(run.path) before is back")
    case .stopped(let checkpoint):
      line.finish()
      note("stopped: iteration \(checkpoint.iteration) is saved in \(checkpoint.path)")
    case .notSaved(let iteration, let last):
      line.finish()
      note(
        "stopped: iteration \(iteration) cannot be saved"
          + (last.map { ", iteration \($0.iteration) is in \($0.path)" } ?? ""))
    case .failure(let error): message("error: \(error)")
    }
  }
}

extension TrainingOutcome {
  /// What the shell is told.
  var exitStatus: ExitStatus {
    switch ending {
    case .complete: .done
    case .interrupted: .interrupted
    case .diverged: .diverged
    }
  }
}
