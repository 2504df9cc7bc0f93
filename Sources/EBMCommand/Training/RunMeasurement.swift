import EBMCore
import Foundation
import Runs

/// The end of `train`, `resume` and `evaluate`: a trained model is measured, its figures and its report are written, and
/// the figures are printed.
struct RunMeasurement {
  let run: RunDirectory
  let trained: TrainedModel
  /// The seed of the samples.
  let seed: UInt64
  /// Samples; nil for what the recipe says.
  var count: Int?
  /// Seconds of training; nil when they are not known.
  let seconds: Double?
  /// What is to be said of a model that was not trained to its end.
  var caution: String?
  /// Whether figures and report are written.
  var isSaved = true
  let output: CommandOutput

  func callAsFunction() throws {
    var progress = ProgressLine(output: output, isOfSteps: true)
    var found = try trained.evaluate(count: count, seed: seed) { step in progress.update { "measuring: \(step)" } }
    if let caution { found.notes.insert(caution, at: 0) }
    if isSaved {
      try run.write(figures: found.figures, seed: seed, seconds: seconds, count: found.count, notes: found.notes)
      progress.update { "measuring: the report" }
      try RunReport(run: run, trained: trained, seed: seed, measurement: found, seconds: seconds).write()
    }
    progress.clear()
    output.result(RunMeasurement.text(found.figures, notes: found.notes))
    if isSaved { output.result("report: \(run.file("report.html"))\n") }
  }

  /// The figures as a table, what is to be said against them below it.
  static func text(_ figures: [Figure], notes: [String]) -> String {
    var table = TextTable(header: ["figure", "value"])
    var cautions = CautionNotes()
    for figure in figures { table.add([figure.name, cautions.text(figure)]) }
    return table.text + (cautions.lines + notes.map { "note: \($0)" }).map { $0 + "\n" }.joined()
  }
}
