/// One plot of a grid with its limits, its ticks and, once they are known, its places on the page.
struct PanelLayout {
  let plot: Plot
  let xLimits: ClosedRange<Double>
  let yLimits: ClosedRange<Double>
  let colorLimits: ClosedRange<Double>
  /// Whether the plot shows tick labels and axis labels, or leaves them to another plot of its group.
  let showsX: Bool
  let showsY: Bool
  /// The inside of the axes.
  private(set) var area = Rectangle(x: 0, y: 0, width: 100, height: 100)
  private(set) var xTicks = TickSet(ticks: [])
  private(set) var yTicks = TickSet(ticks: [])
  private(set) var colorKey: ColorKey?

  init(
    plot: Plot, xLimits: ClosedRange<Double>, yLimits: ClosedRange<Double>, colorLimits: ClosedRange<Double>,
    showsX: Bool, showsY: Bool
  ) {
    self.plot = plot
    self.xLimits = xLimits
    self.yLimits = yLimits
    self.colorLimits = colorLimits
    self.showsX = showsX
    self.showsY = showsY
  }

  /// Height of the axes in widths, where the plot prescribes it.
  var aspect: Double? {
    guard plot.isEqualAspect, plot.x.scale == .linear, plot.y.scale == .linear else { return nil }
    let ratio = (yLimits.upperBound - yLimits.lowerBound) / (xLimits.upperBound - xLimits.lowerBound)
    // Beyond this no reader could see anything in the plot; the axes then scale apart.
    return ratio > 0.05 && ratio < 20 ? ratio : nil
  }

  /// Puts the axes into a place and chooses the ticks that fit there.
  mutating func place(in cell: Rectangle) {
    area = cell
    if let aspect {
      area.width = min(cell.width, cell.height / aspect)
      area.height = area.width * aspect
      area.x += ((cell.width - area.width) / 2).rounded()
      area.y += ((cell.height - area.height) / 2).rounded()
    }
    xTicks = PanelLayout.ticks(plot.x, limits: xLimits, length: area.width, isAcross: true)
    yTicks = PanelLayout.ticks(plot.y, limits: yLimits, length: area.height, isAcross: false)
    if let bar = plot.colorBar, let map = plot.heatMap {
      colorKey = ColorKey(bar, map: map, limits: colorLimits, height: area.height)
    }
  }

  var projection: Projection {
    Projection(area: area, xLimits: xLimits, yLimits: yLimits, xScale: plot.x.scale, yScale: plot.y.scale)
  }

  private static func ticks(_ axis: Axis, limits: ClosedRange<Double>, length: Double, isAcross: Bool) -> TickSet {
    let projection = AxisProjection(scale: axis.scale, limits: limits, from: 0, to: length)
    if let ticks = axis.ticks { return TickSet(ticks: ticks.filter { projection.contains($0.value) }) }
    let target = max(3, Int(length / (isAcross ? 80 : 50)))
    let chosen = TickSet.chosen(for: axis.scale, limits: projection.limits, target: target)
    let widest = chosen.ticks.map { StrokeFont.width(of: $0.label, size: Style.tickSize) }.max() ?? 0
    // Labels wider than their share of the axis would run into each other: ask for fewer.
    guard isAcross, Double(chosen.ticks.count) * (widest + 10) > length + widest, target > 2 else { return chosen }
    return TickSet.chosen(for: axis.scale, limits: projection.limits, target: max(2, Int(length / (widest + 14))))
  }
}

extension PanelLayout {
  /// The room around the axes for ticks, labels and titles.
  struct Insets {
    var left = 0.0
    var right = 0.0
    var top = 0.0
    var bottom = 0.0
  }

  /// Width of the widest tick label of the y axis.
  var yTickWidth: Double {
    showsY ? yTicks.ticks.map { StrokeFont.width(of: $0.label, size: Style.tickSize) }.max() ?? 0 : 0
  }

  var insets: Insets {
    var insets = Insets()
    let lineHeight = Style.labelSize * Style.lineHeight
    if showsX {
      // The outermost tick labels are centred at the corners and reach beyond them.
      let place = projection.x
      for tick in xTicks.ticks {
        let half = StrokeFont.width(of: tick.label, size: Style.tickSize) / 2
        let x = place.position(tick.value) ?? area.centre.x
        insets.left = max(insets.left, half - (x - area.x))
        insets.right = max(insets.right, half - (area.right - x))
      }
      insets.bottom = Style.tickLength + Style.tickGap + Style.tickSize
      if xTicks.title(plot.x.label) != nil { insets.bottom += lineHeight + 3 }
    }
    if showsY {
      let title = yTicks.title(plot.y.label) == nil ? 0 : lineHeight + 5
      insets.left = max(insets.left, Style.tickLength + Style.tickGap + yTickWidth + title)
      insets.top = Style.tickSize / 2
      insets.bottom = max(insets.bottom, Style.tickSize / 2)
    }
    if let title = plot.title {
      insets.top = TextBlock(title, size: Style.titleSize, weight: .semibold, color: Style.titleText).height + 6
    }
    if let colorKey { insets.right = max(insets.right, colorKey.width) }
    if plot.legend == .outside, let legend = LegendBox(plot) { insets.right += legend.width + 6 }
    return insets
  }
}
