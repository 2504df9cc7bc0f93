/// A colour bar with its ticks, ready to be measured and drawn.
struct ColorKey {
  let map: HeatMap
  let limits: ClosedRange<Double>
  let title: String?
  let tickSet: TickSet

  init(_ bar: ColorBar, map: HeatMap, limits: ClosedRange<Double>, height: Double) {
    self.map = map
    self.limits = map.scale.usable(limits) ?? limits
    tickSet = TickSet.chosen(for: map.scale, limits: self.limits, target: max(3, Int(height / 46)))
    title = tickSet.title(bar.label)
  }

  private var tickWidth: Double {
    tickSet.ticks.map { StrokeFont.width(of: $0.label, size: Style.tickSize) }.max() ?? 0
  }

  /// The room it needs to the right of a plot.
  var width: Double {
    let label = title == nil ? 0 : Style.labelSize * Style.lineHeight + 4
    return Style.colorBarGap + Style.colorBarWidth + 3 + Style.tickGap + tickWidth + label
  }

  /// - Parameter area: the plot (or the whole grid) that it stands beside.
  func marks(beside area: Rectangle) -> [Mark] {
    let bar = Rectangle(x: area.right + Style.colorBarGap, y: area.y, width: Style.colorBarWidth, height: area.height)
    let steps = 128
    var pixels: [UInt8] = []
    for step in 0..<steps {
      let bytes = map.colorMap.color(at: 1 - (Double(step) + 0.5) / Double(steps)).bytes
      pixels += [bytes.red, bytes.green, bytes.blue]
    }
    var marks = [Mark.image(Raster(width: 1, height: steps, pixels: pixels), in: bar)]
    let place = AxisProjection(scale: map.scale, limits: limits, from: bar.bottom, to: bar.y)
    for tick in tickSet.ticks {
      guard let y = place.position(tick.value) else { continue }
      marks.append(.horizontalHairline(y: y, from: bar.right, to: bar.right + 3, color: Style.spine))
      let position = Point(x: bar.right + 3 + Style.tickGap, y: y + Style.tickSize * Style.capitalMiddle)
      marks.append(.text(TextMark(string: tick.label, position: position, size: Style.tickSize, color: Style.tickText)))
    }
    if let title {
      let left = bar.right + 3 + Style.tickGap + tickWidth + 4
      marks += TextBlock(title, size: Style.labelSize, color: Style.labelText)
        .verticalMarks(left: left, y: bar.centre.y)
    }
    return marks
  }
}
