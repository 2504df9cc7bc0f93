import Figures
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The documents read back by an XML parser, with signs in every text that would break careless markup.
@Suite struct WellFormedTests {
  private static let nasty = "a<b & \"c\" 'd' </text> ]]> \u{7} λ"

  private func isWellFormed(_ text: String) -> Bool {
    let parser = XMLParser(data: Data(text.utf8))
    // On Linux `parse` also gives true after errors it could recover from.
    return parser.parse() && parser.parserError == nil
  }

  private var figure: Picture {
    let nasty = WellFormedTests.nasty
    var grid = PanelGrid(rows: 2, columns: 2)
    grid.rowTitles = [nasty]
    grid.columnTitles = [nasty, "two\nlines"]
    let line = Line(x: [1, 2, 3], y: [1, 10, 100], label: nasty, isDashed: true, hasMarkers: true, smoothing: 2)
    grid[0, 0] = Plot(
      title: nasty, x: Axis(nasty), y: Axis(nasty, scale: .logarithmic), legend: .outside,
      layers: [.line(line), .rule(Rule(.y(20), label: nasty)), .rule(Rule(.x(2)))])
    grid[0, 1] = Plot(
      x: Axis(ticks: Tick.names([nasty, "b"])),
      layers: [
        .bars(Bars(values: [1, -2], label: nasty)), .band(Band(x: [0.0, 1], lower: [0.0, 0], upper: [1.0, 1])),
      ])
    grid[1, 0] = Plot(
      isEqualAspect: true, colorBar: ColorBar(nasty),
      layers: [.heatMap(HeatMap(values: [1, 2, Double.nan, 4], columns: 2))])
    return Picture(title: nasty, grid: grid)
  }

  @Test func figuresAreWellFormed() {
    let svg = figure.svg { Array($0.pixels.prefix(5)) }
    #expect(isWellFormed(svg))
    #expect(!svg.contains("</text> ]]>"))
    #expect(!isWellFormed("<a><b></a>") && !isWellFormed("<a>&</a>"))
  }

  @Test func reportsAreWellFormed() {
    let nasty = WellFormedTests.nasty
    var report = HTMLReport(title: nasty, subtitle: nasty)
    report.keyFigures = [KeyFigure(nasty, nasty, note: nasty), KeyFigure("b", "1")]
    report.footer = nasty
    report.sections = [
      ReportSection(nasty, [.text(nasty + "\n\n" + nasty), .figure(svg: figure.svg { _ in [1] }, caption: nasty)]),
      ReportSection("2", [.image(png: [1, 2, 3], width: 100, caption: nasty)]),
      ReportSection("3", [.table(ReportTable(header: [nasty, "n"], rows: [[nasty, "1"], []], caption: nasty))]),
      ReportSection(
        "4",
        [
          .code("{\"a\": \(nasty)}", title: nasty, language: .json, isOpen: true),
          .code(nasty, title: nasty, language: .plain, isOpen: false),
        ]),
    ]
    #expect(isWellFormed(report.html))
    #expect(!report.html.contains("a<b"))
  }
}
