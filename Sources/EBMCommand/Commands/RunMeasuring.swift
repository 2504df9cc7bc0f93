import EBMCore
import FileFormats
import Runs

/// A trained run that is measured, as it is or with other settings.
struct RunMeasuring {
  let arguments: Arguments
  let context: CommandContext

  /// - Parameter page: where the report goes when it is not the run's own.
  func measure(page: String?) throws {
    let count = try arguments.integer("count", in: 2...10_000_000)
    let seed = try arguments.integer("seed", in: 0...Int.max).map(UInt64.init)
    let run = try RunDirectory.open(at: arguments.positionals[0])
    // Whoever trains keeps the folder; what cannot be written is shown all the same.
    var writer: RunDirectory?
    if arguments.overrides.isEmpty, page == nil {
      do throws(FileError) { writer = try run.opened(for: context.commandLine) } catch {
        context.output.caution("the figures are shown and not saved: \(error.reason)")
      }
    }
    let trained = try TrainedModel(
      run: writer ?? run, overrides: arguments.overrides, registry: context.registry, report: context.output.caution)
    let chosen = seed ?? trained.pipeline.seed ?? 0
    let seconds = try run.record().trainingSeconds
    var notes = trained.iteration.flatMap { (writer ?? run).caution(at: $0) }.map { [$0] } ?? []
    if !arguments.overrides.isEmpty {
      notes.append("with other settings than the run was made with: \(arguments.overrides.joined(separator: " "))")
    }
    try RunMeasurement(
      run: writer ?? run, trained: trained, seed: chosen, count: count, seconds: seconds,
      notes: notes, isSaved: writer != nil, page: page,
      panels: context.registry.panels)(
        events: TrainingMonitor(output: context.output).show)
  }
}
