/// Aligned columns of text.
public struct TextTable {
  /// Blanks between two columns.
  private static let gap = 2

  private let header: [String]
  private var rows: [[String]] = []

  /// An empty table.
  ///
  /// - Parameter header: the titles of the columns; none by default.
  public init(header: [String] = []) { self.header = header }

  /// Adds a row. Rows may differ in length.
  ///
  /// - Parameter cells: one a column. Line breaks in them become blanks.
  public mutating func add(_ cells: [String]) {
    rows.append(cells.map { String($0.map { $0.isNewline ? " " : $0 }) })
  }

  /// The table's lines, without blanks at their ends.
  public var lines: [String] {
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

  /// The table in blocks of columns that are no wider than so many signs, one below the other, each with the first
  /// column in front. A block has one more column at least, however wide.
  ///
  /// - Parameter width: signs of a line.
  /// - Returns: the blocks; one where the table fits.
  public func wrapped(to width: Int) -> [TextTable] {
    let all = header.isEmpty ? rows : [header] + rows
    let count = all.map(\.count).max() ?? 0
    func widest(_ column: Int) -> Int { all.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    var groups: [[Int]] = []
    var used = 0
    for column in 1..<max(1, count) {
      let needed = Self.gap + widest(column)
      if groups.isEmpty || used + needed > width {
        groups.append([])
        used = widest(0)
      }
      groups[groups.count - 1].append(column)
      used += needed
    }
    if groups.count < 2 { return [self] }
    return groups.map { columns in
      func part(_ row: [String]) -> [String] { ([0] + columns).map { $0 < row.count ? row[$0] : "" } }
      var block = TextTable(header: header.isEmpty ? [] : part(header))
      // What is empty here is in another block.
      block.rows = rows.map(part).filter { row in row.dropFirst().contains { !$0.isEmpty } }
      return block
    }
  }

  /// The lines, each with its end.
  public var text: String { lines.map { $0 + "\n" }.joined() }
}
