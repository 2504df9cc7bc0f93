package import EBMCore
internal import FileFormats

/// The end of training, and what `evaluate` does: a trained model is measured, its figures and its report are written.
package struct RunMeasurement {
  private let run: RunDirectory
  private let trained: TrainedModel
  private let seed: UInt64
  private let count: Int?
  private let seconds: Double?
  private let notes: [String]
  private let isSaved: Bool
  private let page: String?
  private let panels: [any ReportPanel]

  /// A measurement that is to be made.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - trained: its model.
  ///   - seed: the seed of the samples.
  ///   - count: samples; nil for what the recipe says.
  ///   - seconds: seconds of training; nil when they are not known.
  ///   - notes: what is to be said of the model: that it was not trained to its end, or is used in another way.
  ///   - isSaved: whether figures and report are written into the run's folder.
  ///   - page: a file that the report is written to where it is not the run's own; nil for none.
  ///   - panels: sections that plugins add to the report.
  package init(
    run: RunDirectory, trained: TrainedModel, seed: UInt64, count: Int? = nil, seconds: Double?,
    notes: [String] = [], isSaved: Bool = true, page: String? = nil, panels: [any ReportPanel] = []
  ) {
    self.run = run
    self.trained = trained
    self.seed = seed
    self.count = count
    self.seconds = seconds
    self.notes = notes
    self.isSaved = isSaved
    self.page = page
    self.panels = panels
  }

  /// Makes it.
  ///
  /// - Parameters:
  ///   - interruption: tells when to stop; asked before each step.
  ///   - events: told what happens.
  /// - Throws: `CancellationError` when it was interrupted; what keeps the data from being read or files from being
  ///   written.
  @discardableResult
  package func callAsFunction(
    interruption: (any Interruption)? = nil, events: (TrainingEvent) -> Void
  ) throws -> TrainedModel.Measurement {
    func measuring(_ step: String) throws(CancellationError) {
      if interruption?.isRaised == true { throw CancellationError() }
      events(.measuring(step))
    }
    var found = try trained.evaluate(count: count, seed: seed) { try measuring($0) }
    found.notes = notes + found.notes
    let report = RunReport(
      run: run, trained: trained, seed: seed, measurement: found, seconds: seconds, panels: panels)
    if isSaved {
      try run.write(figures: found.figures, seed: seed, seconds: seconds, count: found.count, notes: found.notes)
      try measuring("the report")
      try report.write()
    } else if let page {
      try measuring("the report")
      try Files.replace(page, with: try report.page(savesPictures: false).utf8)
    }
    events(.measured(found))
    if isSaved || page != nil { events(.reported(file: page ?? run.file("report.html"))) }
    return found
  }
}
