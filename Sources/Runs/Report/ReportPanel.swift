public import EBMCore
public import Figures
public import Tensors

/// A section of every run's report that a plugin adds with `registry.add(MyPanel())`.
///
/// ```swift
/// struct SpreadPanel: ReportPanel {
///   let name = "spread"
///   let title = "Spread of the samples"
///
///   func blocks(for run: MeasuredRun) -> [ReportBlock] {
///     guard let points = run.samples.last?.points else { return [] }
///     return [.text("The farthest number is \(points.absolute().max().scalar).")]
///   }
/// }
/// ```
public protocol ReportPanel: PluginItem {
  /// The heading of the section.
  var title: String { get }

  /// What is shown of a run, from the top; nothing where the panel has nothing to say of such a model, and then no
  /// heading either.
  ///
  /// - Throws: whatever keeps the panel from being made. The report says so in its place; no run fails for it.
  func blocks(for run: MeasuredRun) throws -> [ReportBlock]
}

extension ReportPanel {
  public static var kind: String { "panel" }
  /// Its title.
  public var summary: String { title }

  /// The panel as a section; nil when it has nothing to say.
  func section(for run: MeasuredRun) -> ReportSection? {
    do {
      let blocks = try blocks(for: run)
      return blocks.isEmpty ? nil : ReportSection(title, blocks)
    } catch {
      return ReportSection(title, [.text("This panel cannot be shown: \(error)")])
    }
  }
}

/// A run that was trained and measured: what panels look at.
public struct MeasuredRun: Sendable {
  /// The model and the pipeline that it was made by.
  public let trained: TrainedModel
  /// Samples by noise level, noisiest first, the result last.
  public let samples: [(level: Int?, points: Tensor)]
  /// The figures that were measured.
  public let figures: [Figure]
  /// The lines of `metrics.jsonl`, in order.
  public let metrics: [JSONObject]
  /// The seed of the samples.
  public let seed: UInt64
}

extension ReportBlock {
  /// A drawing with a caption.
  public static func figure(_ figure: Picture, caption: String) -> ReportBlock {
    .figure(
      svg: figure.svg { PNG.encode(PixelImage(width: $0.width, height: $0.height, pixels: $0.pixels)) },
      caption: caption)
  }
}

extension ComponentRegistry {
  /// The panels that plugins add to reports, in their order.
  package var panels: [any ReportPanel] { items(of: (any ReportPanel).self).map(\.item) }
}
