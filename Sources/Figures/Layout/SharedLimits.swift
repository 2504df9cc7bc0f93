/// The limits of every plot of a grid, in common where the grid says so.
package struct SharedLimits: Sendable {
  /// By row and column; the places of empty cells hold defaults that nobody uses.
  package private(set) var x: [[ClosedRange<Double>]]
  package private(set) var y: [[ClosedRange<Double>]]
  package private(set) var color: [[ClosedRange<Double>]]

  package init(_ grid: PanelGrid) {
    let groups = SharedLimits.groups
    var extents: [[Extent]] = []
    for row in 0..<grid.rows {
      extents.append((0..<grid.columns).map { SharedLimits.extent(grid[row, $0]) })
    }
    x = groups(grid, grid.sharedX) { row, column in
      let axis = grid[row, column]?.x
      return (axis?.limits, extents[row][column].x, axis?.scale ?? .linear)
    }
    y = groups(grid, grid.sharedY) { row, column in
      let axis = grid[row, column]?.y
      return (axis?.limits, extents[row][column].y, axis?.scale ?? .linear)
    }
    color = groups(grid, grid.sharedColor) { row, column in
      let map = grid[row, column]?.heatMap
      return (map?.limits, map?.colorLimits, map?.scale ?? .linear)
    }
  }

  private static func extent(_ plot: Plot?) -> Extent {
    guard let plot, plot.hasData else { return Extent() }
    var extent = plot.layers.reduce(Extent()) { $0.union($1.extent(xScale: plot.x.scale, yScale: plot.y.scale)) }
    // Bars stand on the spine, although other layers would like some room below zero.
    if plot.y.scale == .linear, let y = extent.y, y.upperBound > 0, plot.layers.contains(where: \.isBars),
      !plot.layers.contains(where: \.reachesBelowZero)
    {
      extent.y = 0...y.upperBound
    }
    return extent
  }

  /// Limits that were asked for go before those of the data; both are united over a group.
  private static func groups(
    _ grid: PanelGrid, _ sharing: PanelGrid.Sharing,
    _ limits: (Int, Int) -> (asked: ClosedRange<Double>?, data: ClosedRange<Double>?, scale: AxisScale)
  ) -> [[ClosedRange<Double>]] {
    func key(_ row: Int, _ column: Int) -> Int {
      switch sharing {
      case .none: return row * grid.columns + column
      case .row: return row
      case .column: return column
      case .all: return 0
      }
    }
    var asked: [Int: ClosedRange<Double>] = [:]
    var data: [Int: ClosedRange<Double>] = [:]
    for row in 0..<grid.rows {
      for column in 0..<grid.columns {
        let cell = limits(row, column)
        let key = key(row, column)
        asked[key] = Extent.union(asked[key], cell.asked.flatMap(cell.scale.usable))
        data[key] = Extent.union(data[key], cell.data.flatMap(cell.scale.usable))
      }
    }
    return (0..<grid.rows).map { row in
      (0..<grid.columns).map { column in
        let scale = limits(row, column).scale
        let key = key(row, column)
        let fallback = scale == .linear ? 0...1.0 : 1...10
        return asked[key].flatMap(scale.usable) ?? data[key].flatMap(scale.usable) ?? fallback
      }
    }
  }
}
