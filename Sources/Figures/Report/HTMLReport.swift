/// A report as one page of HTML that needs no other file, no network and no script.
///
///     var report = HTMLReport(title: "Checkerboard", subtitle: "Run of 12 March, 20 minutes")
///     report.keyFigures = [KeyFigure("log-likelihood", "−3.41", note: "exact: −3.40")]
///     report.sections.append(
///       ReportSection("Learned densities", [.figure(svg: figure.svg(encode: encodePNG), caption: "…")]))
///     let page = report.html
///
/// All texts are plain: signs that HTML reserves are escaped. Only `svg` and `html` are put in as they are.
public struct HTMLReport: Sendable {
  /// The heading and the name of the page.
  public var title: String
  /// A line under the heading.
  public var subtitle: String?
  /// The numbers that matter most, shown large at the top.
  public var keyFigures: [KeyFigure] = []
  /// Lines below those numbers that are to be read with them.
  public var remarks: [String] = []
  /// The content under headings; with four or more a list of links to them stands at the top.
  public var sections: [ReportSection] = []
  /// A line at the end, such as the version of the software.
  public var footer: String?

  /// A report without content yet.
  public init(title: String, subtitle: String? = nil) {
    self.title = title
    self.subtitle = subtitle
  }
}

/// A number that matters, with its name.
public struct KeyFigure: Sendable {
  /// What the number is.
  public var name: String
  /// The number as text, with its unit.
  public var value: String
  /// A short remark in small print, such as a reference value.
  public var note: String?
  /// Why the number is not to be trusted, where it is not.
  public var warnings: [String]

  /// A number with its name.
  public init(_ name: String, _ value: String, note: String? = nil, warnings: [String] = []) {
    self.name = name
    self.value = value
    self.note = note
    self.warnings = warnings
  }
}

/// Content under a heading.
public struct ReportSection: Sendable {
  /// The heading.
  public var title: String
  /// The content, from the top.
  public var blocks: [ReportBlock]

  /// A section.
  public init(_ title: String, _ blocks: [ReportBlock] = []) {
    self.title = title
    self.blocks = blocks
  }
}

/// A piece of a section.
public enum ReportBlock: Sendable {
  /// A paragraph; an empty line in the text starts another.
  case text(String)
  /// HTML that is put into the page as it is.
  case html(String)
  /// A drawing, put into the page as it is, with a caption.
  case figure(svg: String, caption: String)
  /// A picture from the bytes of a PNG file with its description; never shown wider than `width` points.
  case image(png: [UInt8], width: Int, caption: String)
  /// A table.
  case table(ReportTable)
  /// Text in a fixed-width face that the reader can fold away.
  case code(String, title: String, language: CodeLanguage, isOpen: Bool)
}

/// How a block of code is coloured.
public enum CodeLanguage: Sendable {
  /// Not at all.
  case plain
  /// Keys, texts, numbers and constants apart.
  case json
}

/// A table with a header row. Columns whose cells all begin as numbers do are set flush right.
public struct ReportTable: Sendable {
  /// The names of the columns.
  public var header: [String]
  /// The cells; short rows are filled up with empty ones.
  public var rows: [[String]]
  /// A line under the table.
  public var caption: String?

  /// A table.
  public init(header: [String], rows: [[String]], caption: String? = nil) {
    self.header = header
    self.rows = rows
    self.caption = caption
  }

  var columnCount: Int { max(header.count, rows.map(\.count).max() ?? 0) }

  func cell(_ row: [String], _ column: Int) -> String { column < row.count ? row[column] : "" }

  /// Whether every cell of the column is a number, maybe with a sign, a unit or a spread; empty cells and dashes fit.
  func isNumeric(column: Int) -> Bool {
    let cells = rows.map { cell($0, column) }.filter { !$0.isEmpty && $0 != "–" && $0 != "—" }
    return !cells.isEmpty
      && cells.allSatisfy { text in
        let unsigned = text.drop { "+-−±<>≈~ ".contains($0) }
        return (unsigned.first?.isNumber ?? false) || ["nan", "inf", "∞"].contains(unsigned.lowercased())
      }
  }
}
