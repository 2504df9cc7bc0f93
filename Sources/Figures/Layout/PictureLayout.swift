/// Divides a figure among its plots.
package struct PictureLayout {
  private let figure: Picture
  private var panels: [[PanelLayout?]]
  private var height = 0.0

  package init(_ figure: Picture) {
    var figure = figure
    figure.width = PictureLayout.size(figure.width)
    figure.height = figure.height.map(PictureLayout.size)
    self.figure = figure
    let grid = figure.grid
    let limits = SharedLimits(grid)
    panels = (0..<grid.rows).map { row in
      (0..<grid.columns).map { column in
        grid[row, column].map { plot in
          // Of plots with an axis in common the outermost one names its values.
          let isLowest = (row + 1..<grid.rows).allSatisfy { grid[$0, column] == nil }
          let isFirst = (0..<column).allSatisfy { grid[row, $0] == nil }
          return PanelLayout(
            plot: plot, xLimits: limits.x[row][column], yLimits: limits.y[row][column],
            colorLimits: limits.color[row][column],
            showsX: isLowest || (grid.sharedX != .column && grid.sharedX != .all),
            showsY: isFirst || (grid.sharedY != .row && grid.sharedY != .all))
        }
      }
    }
    // Ticks depend on the size of the axes and the size on the width of tick labels: the second round settles it.
    guess(columnWidth: max(40, figure.width / Double(grid.columns) * 0.8), rowHeight: 160)
    for _ in 0..<2 { divide() }
  }

  /// A side of a figure that can be drawn.
  private static func size(_ side: Double) -> Double { side.isFinite ? min(20_000, max(16, side)) : 640 }

  /// Where the axes of a plot are and how its data maps to them; nil for an empty place.
  package func projection(row: Int, column: Int) -> Projection? { panels[row][column]?.projection }

  /// A first guess at the places, only to choose ticks.
  private mutating func guess(columnWidth: Double, rowHeight: Double) {
    for row in panels.indices {
      for column in panels[row].indices {
        panels[row][column]?.place(in: Rectangle(x: 0, y: 0, width: columnWidth, height: rowHeight))
      }
    }
  }

  private var rowTitles: [TextBlock?] {
    panels.indices.map { row in
      let titles = figure.grid.rowTitles
      return row < titles.count
        ? TextBlock(titles[row], size: Style.titleSize, weight: .semibold, color: Style.titleText) : nil
    }
  }

  private var columnTitles: [TextBlock?] {
    (0..<figure.grid.columns).map { column in
      let titles = figure.grid.columnTitles
      return column < titles.count
        ? TextBlock(titles[column], size: Style.titleSize, weight: .semibold, color: Style.titleText) : nil
    }
  }

  private var figureTitle: TextBlock? {
    figure.title.map { TextBlock($0, size: Style.figureTitleSize, weight: .semibold, color: Style.titleText) }
  }

  /// Gives every column the same width and every row its height, and puts the plots there.
  private mutating func divide() {
    let (rows, columns) = (figure.grid.rows, figure.grid.columns)
    let insets = panels.map { $0.map { $0?.insets ?? PanelLayout.Insets() } }
    func widest(_ column: Int, _ part: KeyPath<PanelLayout.Insets, Double>) -> Double {
      insets.map { $0[column][keyPath: part] }.max() ?? 0
    }
    func highest(_ row: Int, _ part: KeyPath<PanelLayout.Insets, Double>) -> Double {
      insets[row].map { $0[keyPath: part] }.max() ?? 0
    }

    let rowTitleWidth = rowTitles.compactMap { $0?.height }.max().map { $0 + 6 } ?? 0
    let columnTitleHeight = columnTitles.compactMap { $0?.height }.max().map { $0 + 6 } ?? 0
    let titleHeight = figureTitle.map { $0.height + 8 } ?? 0
    let keyWidth = (0..<rows).compactMap { sharedKey(rows: $0...$0)?.width }.max() ?? 0
    let gapsX = (0..<columns - 1).map { column in
      let left = widest(column + 1, \.left)
      // Beside whole axes more air is needed to see which plot a label belongs to.
      return max(Style.panelGap, widest(column, \.right) + left + (left > 24 ? 18 : 11))
    }
    let gapsY = (0..<rows - 1).map { max(Style.panelGap, highest($0, \.bottom) + highest($0 + 1, \.top) + 10) }

    let left = (Style.padding + rowTitleWidth + widest(0, \.left)).rounded(.up)
    let top = (Style.padding + titleHeight + columnTitleHeight + highest(0, \.top)).rounded(.up)
    let freeX = figure.width - left - gapsX.reduce(0, +) - max(widest(columns - 1, \.right), keyWidth) - Style.padding
    let width = max(10, (freeX / Double(columns)).rounded(.down))
    let bottom = highest(rows - 1, \.bottom) + Style.padding
    var heights = (0..<rows).map { row in naturalHeight(row, width: width).rounded() }
    if let asked = figure.height {
      let free = asked - top - gapsY.reduce(0, +) - bottom
      heights = heights.map { _ in max(10, (free / Double(rows)).rounded(.down)) }
    }

    var y = top
    for row in 0..<rows {
      var x = left
      for column in 0..<columns {
        panels[row][column]?.place(in: Rectangle(x: x, y: y, width: width, height: heights[row]))
        x += width + (column < columns - 1 ? gapsX[column].rounded(.up) : 0)
      }
      y += heights[row] + (row < rows - 1 ? gapsY[row].rounded(.up) : 0)
    }
    height = figure.height ?? (y + bottom).rounded(.up)
  }

  /// The height of a row whose plots are free in it: what equal aspects ask for, else a landscape format.
  private func naturalHeight(_ row: Int, width: Double) -> Double {
    let heights = panels[row].compactMap { $0 }.map { $0.aspect.map { $0 * width } ?? min(width * 0.58, 420) }
    return heights.max() ?? width * 0.58
  }

  /// The colour bar that all plots of some rows have in common.
  private func sharedKey(rows: ClosedRange<Int>) -> ColorKey? {
    let sharing = figure.grid.sharedColor
    guard let bar = figure.grid.colorBar, sharing == .all || sharing == .row else { return nil }
    let plots = panels[rows].flatMap { $0 }.compactMap { $0 }
    guard let first = plots.first(where: { $0.plot.heatMap != nil }), let map = first.plot.heatMap else { return nil }
    let top = plots.map(\.area.y).min() ?? 0
    let bottom = plots.map(\.area.bottom).max() ?? 0
    return ColorKey(bar, map: map, limits: first.colorLimits, height: bottom - top)
  }

  /// The whole figure as marks.
  var scene: Scene {
    var marks: [Mark] = []
    let all = panels.flatMap { $0 }.compactMap { $0 }
    if let block = figureTitle {
      let left = all.map(\.area.x).min() ?? Style.padding
      let isCentred = all.allSatisfy(\.plot.isFramed)
      let right = all.map(\.area.right).max() ?? figure.width
      marks += block.marks(
        x: isCentred ? (left + right) / 2 : left, top: Style.padding, anchor: isCentred ? .middle : .start)
    }
    // All column titles stand at one height, above whatever the plots of the first row have over their axes.
    let firstRow = panels[0].compactMap { $0 }
    let firstTop =
      (firstRow.map(\.area.y).min() ?? all.map(\.area.y).min() ?? 0) - (firstRow.map(\.insets.top).max() ?? 0)
    for (column, block) in columnTitles.enumerated() {
      if let block, let panel = panels.compactMap({ $0[column] }).first {
        marks += block.marks(x: panel.area.centre.x, top: firstTop - 6 - block.height, anchor: .middle)
      }
    }
    for (row, block) in rowTitles.enumerated() {
      if let block, let panel = panels[row].compactMap({ $0 }).first {
        marks += block.verticalMarks(left: Style.padding, y: panel.area.centre.y)
      }
    }
    for panel in all { marks += panel.marks }
    let groups = figure.grid.sharedColor == .row ? panels.indices.map { $0...$0 } : [0...panels.count - 1]
    for group in groups {
      let areas = panels[group].flatMap { $0 }.compactMap { $0?.area }
      guard let key = sharedKey(rows: group), let top = areas.map(\.y).min(), let right = areas.map(\.right).max(),
        let bottom = areas.map(\.bottom).max()
      else { continue }
      marks += key.marks(beside: Rectangle(x: right, y: top, width: 0, height: bottom - top))
    }
    return Scene(width: figure.width, height: height, background: Style.background, marks: marks)
  }
}
