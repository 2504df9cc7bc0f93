/// Aligned columns of text.
package struct TextTable {
  /// Blanks between two columns.
  private static let gap = 2

  private let header: [String]
  private var rows: [[String]] = []

  /// An empty table.
  ///
  /// - Parameter header: the titles of the columns; none by default.
  package init(header: [String] = []) { self.header = header }

  /// Adds a row. Rows may differ in length.
  ///
  /// - Parameter cells: one a column. Line breaks in them become blanks.
  package mutating func add(_ cells: [String]) {
    rows.append(cells.map { String($0.map { $0.isNewline ? " " : $0 }) })
  }

  /// The table's lines, without blanks at their ends.
  package var lines: [String] {
    let all = header.isEmpty ? rows : [header] + rows
    let count = all.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in all.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return all.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let isLast = column == row.count - 1
        line += cell + (isLast ? "" : String(repeating: " ", count: widths[column] - cell.count + Self.gap))
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// The lines, each with its end.
  package var text: String { lines.map { $0 + "\n" }.joined() }
}
