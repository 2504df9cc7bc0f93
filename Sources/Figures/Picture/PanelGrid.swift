/// Plots in rows and columns.
///
///     var grid = PanelGrid(rows: 2, columns: 3, sharedX: .all, sharedY: .all)
///     grid.columnTitles = ["σ = 0.1", "σ = 1", "σ = 10"]
///     grid[0, 2] = Plot(isEqualAspect: true, layers: [.scatter(Scatter(rows: samples))])
public struct PanelGrid: Sendable {
  /// Which plots have limits in common.
  public enum Sharing: Sendable {
    /// Each plot has its own.
    case none
    /// The plots of a row.
    case row
    /// The plots of a column.
    case column
    /// All plots.
    case all
  }

  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// Titles left of the rows, from the top; may be fewer than the rows. A line feed breaks the line.
  public var rowTitles: [String] = []
  /// Titles above the columns, from the left; may be fewer than the columns. A line feed breaks the line.
  public var columnTitles: [String] = []
  /// Which plots have the x limits in common. Limits given in an `Axis` hold for the whole group; otherwise all data in
  /// it is in sight. With `.column` or `.all` only the lowest plot of a column shows tick labels.
  public var sharedX: Sharing
  /// Which plots have the y limits in common. With `.row` or `.all` only the first plot of a row shows tick labels.
  public var sharedY: Sharing
  /// Which plots have the limits of their heat maps' colours in common.
  public var sharedColor: Sharing
  /// One key to the colours right of the grid (or of each row), for `sharedColor` of `.all` (or `.row`).
  public var colorBar: ColorBar?
  private var plots: [Plot?]

  /// An empty grid.
  ///
  /// - Precondition: at least one row and one column.
  public init(rows: Int, columns: Int, sharedX: Sharing = .none, sharedY: Sharing = .none, sharedColor: Sharing = .none)
  {
    precondition(rows > 0 && columns > 0, "PanelGrid: \(rows) x \(columns) found, at least 1 x 1 expected")
    self.rows = rows
    self.columns = columns
    self.sharedX = sharedX
    self.sharedY = sharedY
    self.sharedColor = sharedColor
    plots = Array(repeating: nil, count: rows * columns)
  }

  /// The plot at a place counted from the top left; nil leaves the place empty.
  ///
  /// - Precondition: the place lies in the grid.
  public subscript(row: Int, column: Int) -> Plot? {
    get { plots[index(row, column)] }
    set { plots[index(row, column)] = newValue }
  }

  private func index(_ row: Int, _ column: Int) -> Int {
    precondition(
      (0..<rows).contains(row) && (0..<columns).contains(column),
      "PanelGrid: no place [\(row), \(column)] in \(rows) x \(columns)")
    return row * columns + column
  }
}
