internal import EBMCore
internal import Figures
internal import FileFormats
private import Foundation
internal import Tensors

/// The pictures and the page of a finished run.
struct RunReport {
  let run: RunDirectory
  let trained: TrainedModel
  let seed: UInt64
  let measurement: TrainedModel.Measurement
  /// Seconds of training; nil when they are not known.
  let seconds: Double?
  /// Sections that plugins add.
  let panels: [any ReportPanel]

  /// Points in a panel at most: as many as show a density without hiding it.
  private static let pointsPerPanel = 10_000

  /// Writes `report.html`, and its pictures as files.
  func write() throws { try run.write(page(savesPictures: true).utf8, to: "report.html") }

  /// The page, everything in it.
  ///
  /// - Parameter savesPictures: whether its pictures are written into the run's folder too.
  func page(savesPictures: Bool) throws -> String {
    var report = HTMLReport(
      title: trained.pipeline.name,
      subtitle: "seed \(seed) · \(trained.pipeline.training.iterations) iterations"
        + (seconds.map { " in \(ProgressText.short($0)) s" } ?? ""))
    report.keyFigures = measurement.figures.map { figure in
      let words = FigureText.words(figure)
      return KeyFigure(figure.name, words.value, note: words.error.map { "± \($0)" }, warnings: figure.cautions)
    }
    report.remarks = measurement.notes
    if let panel = try panel() {
      let svg = panel.svg(encode: RunReport.encode)
      if savesPictures {
        try run.write(RunReport.encode(panel.raster(scale: 2)), to: "plots/panel.png")
        try run.write(svg.utf8, to: "plots/panel.svg")
      }
      report.sections.append(ReportSection("Data, density and samples", [.figure(svg: svg, caption: caption)]))
    }
    if let curves = try curves() {
      let svg = curves.figure.svg(encode: RunReport.encode)
      if savesPictures { try run.write(svg.utf8, to: "plots/curves.svg") }
      report.sections.append(ReportSection("Learning curves", [.figure(svg: svg, caption: curves.caption)]))
    }
    if !panels.isEmpty {
      let measured = MeasuredRun(
        trained: trained, samples: measurement.samples, figures: measurement.figures, metrics: try run.metrics(),
        seed: seed)
      report.sections += panels.compactMap { $0.section(for: measured) }
    }
    // The settings that the samples were made with.
    let recipe = try trained.pipeline.recipe().text
    report.sections.append(
      ReportSection("Recipe", [.code(recipe, title: "recipe.json", language: .json, isOpen: false)]))
    report.footer = "Made by swift-ebm \(FrameworkVersion.current). p(x) ∝ exp(−E(x))."
    return report.html
  }

  private static func encode(_ raster: Raster) -> [UInt8] {
    PNG.encode(PixelImage(width: raster.width, height: raster.height, pixels: raster.pixels))
  }

  private var caption: String {
    trained.levels == nil
      ? "Data, the density that was learned on a 200 × 200 grid, and samples of the model."
      : """
      For each noise level: the data with that level's noise, the density that was learned on a 200 × 200 grid \
      (each with its own colour scale), and samples, each level's made from those of the level to its right.
      """
  }

  // MARK: Panel

  /// Rows data, density, samples; a column for each noise level that samples were recorded at, the least noisy one first.
  /// Two-dimensional models only. The samples are those of the figures.
  private func panel() throws -> Picture? {
    guard trained.model.space.shape == [2], let result = measurement.samples.last else { return nil }
    // A set without noise that follows one of the last level is that level's, with its noise removed.
    let recorded = measurement.samples.filter { $0.level != nil }.reversed()
    let columns = recorded.isEmpty ? [result] : Array(recorded)
    let levels = columns.map(\.level)
    let range = trained.pipeline.dataset.plotRange
    // Levels side by side; a model without levels has its three plots in one row.
    let isOneRow = levels.count == 1
    var grid = PanelGrid(
      rows: isOneRow ? 1 : 3, columns: isOneRow ? 3 : levels.count, sharedX: .all, sharedY: .all)
    let kinds = ["data", "density", "samples"]
    if isOneRow { grid.columnTitles = kinds } else { grid.rowTitles = kinds }
    if let logSNR = trained.levels?.logSNR, !isOneRow {
      grid.columnTitles = levels.map { level in
        let t = level ?? 0
        return "level \(t), λ = \(String(format: "%.2f", logSNR[t]))"
      }
    }
    func show(_ kind: Int, _ column: Int, _ layer: Layer) {
      grid[isOneRow ? 0 : kind, isOneRow ? kind : column] = plot([layer])
    }
    func plot(_ layers: [Layer]) -> Plot {
      Plot(x: Axis(limits: range), y: Axis(limits: range), isEqualAspect: true, layers: layers)
    }
    func scatter(_ points: Tensor) -> Layer {
      let rows = Array(points.scalars.prefix(2 * RunReport.pointsPerPanel))
      return .scatter(Scatter(rows: rows, color: Color(hex: 0x31688E), radius: 0.7, opacity: 0.35))
    }
    let count = min(RunReport.pointsPerPanel, measurement.count)
    let data = try trained.noisedData(count, levels: levels, seed: seed)
    for (column, level) in levels.enumerated() {
      show(0, column, scatter(data[column]))
      if let density = trained.densityGrid(level: level) {
        let peak = density.logDensity.filter { !$0.isNaN }.max() ?? 0
        let values = density.logDensity.map { exp($0 - peak) }
        show(
          1, column,
          .heatMap(
            HeatMap(
              values: values, columns: density.size, xLimits: range, yLimits: range, colorMap: .viridis,
              firstRow: .bottom)))
      }
      show(2, column, scatter(columns[column].points))
    }
    return Picture(width: isOneRow ? 900 : 150 + 190 * Double(levels.count), grid: grid)
  }

  // MARK: Curves

  private static let meanings = [
    "loss": "Loss of the energy: a surrogate whose gradient counts, not its value.",
    "initializerLoss": "Loss of the initializer: mean squared distance that chains move from where they start.",
    "energyGap": "Energy gap: mean energy of the chains' ends minus that of the data. Near 0 when both agree.",
    "acceptance": "Mean acceptance probability of the chains.",
    "gradientNorm": "Norm of the energy's gradient before clipping.",
  ]

  /// One plot for each number that training reports, in two columns.
  private func curves() throws -> (figure: Picture, caption: String)? {
    let records = try run.metrics()
    let iterations = records.compactMap { $0["iteration"]?.integerValue }
    guard let names = records.first?.members.map(\.key).filter({ $0 != "iteration" }), records.count > 1 else {
      return nil
    }
    var grid = PanelGrid(rows: (names.count + 1) / 2, columns: min(2, names.count))
    for (index, name) in names.enumerated() {
      let values = records.map { $0[name]?.numberValue ?? .nan }
      let line = Line(x: iterations, y: values, smoothing: max(1, records.count / 20))
      grid[index / 2, index % 2] = Plot(title: words(name), x: Axis("iteration"), y: Axis(), layers: [.line(line)])
    }
    let meanings = names.compactMap { RunReport.meanings[$0] }.joined(separator: " ")
    return (Picture(width: 960, height: 250 * Double((names.count + 1) / 2), grid: grid), meanings)
  }

  /// `gradientNorm` as `gradient norm`.
  private func words(_ name: String) -> String {
    name.reduce(into: "") { $0 += $1.isUppercase ? " \($1.lowercased())" : String($1) }
  }
}
