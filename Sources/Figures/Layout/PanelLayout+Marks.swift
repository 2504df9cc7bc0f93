extension PanelLayout {
  /// The plot from back to front.
  var marks: [Mark] {
    var marks = plot.hasData ? content : noData
    marks += frame
    marks += labels
    if let colorKey { marks += colorKey.marks(beside: area) }
    if plot.hasData, let legend = LegendBox(plot) {
      if plot.legend == .outside {
        let left = area.right + (colorKey?.width ?? 0) + 6
        let box = Rectangle(x: left, y: area.y, width: legend.width, height: legend.height)
        marks += legend.marks(in: box, hasBackground: false)
      } else {
        let drawing = LayerDrawing(projection: projection, colorLimits: colorLimits)
        let box = legend.place(in: area, avoiding: plot.layers.flatMap(drawing.points))
        marks += legend.marks(in: box, hasBackground: true)
      }
    }
    return marks
  }

  private var content: [Mark] {
    let drawing = LayerDrawing(projection: projection, colorLimits: colorLimits)
    let layers = zip(plot.layers, plot.colors).map { drawing.marks(for: $0, color: $1) }
    let backdrop = zip(plot.layers, plot.colors).flatMap { drawing.backdrop(for: $0, color: $1) }
    // Everything below the last dense layer has to join it in the picture, which is opaque. Browsers draw a translucent
    // zigzag darker where it touches itself, so that noisy values under smoothed lines are better drawn here too.
    let dense = (plot.layers.lastIndex { $0.isDense } ?? -1) + 1
    let below = gridLines + backdrop + layers[..<dense].flatMap { $0 }
    let above = layers[dense...].flatMap { $0 }
    let isRasterised = dense > 0 || !backdrop.isEmpty
    let back = isRasterised ? [Mark.rasterised(area, background: Style.background, below)] : below
    return back + (above.isEmpty ? [] : [.clipped(area, above)])
  }

  private var noData: [Mark] {
    let position = Point(x: area.centre.x, y: area.centre.y + Style.labelSize * Style.capitalMiddle)
    return [
      .text(
        TextMark(
          string: "no data", position: position, size: Style.labelSize, color: Style.faintText, anchor: .middle))
    ]
  }

  private var gridLines: [Mark] {
    if plot.isFramed { return [] }
    let projection = projection
    // Bars with names under them need no lines between the names.
    let upright = plot.x.ticks == nil ? xTicks.ticks : []
    return upright.compactMap { projection.x.position($0.value) }.map {
      .verticalHairline(x: $0, from: area.y, to: area.bottom, color: Style.grid)
    }
      + yTicks.ticks.compactMap { projection.y.position($0.value) }.map {
        .horizontalHairline(y: $0, from: area.x, to: area.right, color: Style.grid)
      }
  }

  /// The spines and the tick marks. Spines lie outside the area, so that they hide no data.
  private var frame: [Mark] {
    let (left, right, top, bottom) = (area.x - 0.5, area.right + 0.5, area.y - 0.5, area.bottom + 0.5)
    let projection = projection
    var marks: [Mark] = [
      .horizontalHairline(y: bottom, from: area.x - 1, to: area.right + 1, color: Style.spine),
      .verticalHairline(x: left, from: area.y - 1, to: area.bottom + 1, color: Style.spine),
    ]
    if plot.isFramed || !plot.hasData {
      marks.append(.horizontalHairline(y: top, from: area.x - 1, to: area.right + 1, color: Style.spine))
      marks.append(.verticalHairline(x: right, from: area.y - 1, to: area.bottom + 1, color: Style.spine))
    }
    func add(_ values: [Double], length: Double) -> (AxisProjection, Bool) -> [Mark] {
      { axis, isAcross in
        values.compactMap { axis.position($0) }.map { place in
          isAcross
            ? .verticalHairline(x: place, from: area.bottom, to: area.bottom + 1 + length, color: Style.spine)
            : .horizontalHairline(y: place, from: area.x - 1 - length, to: area.x, color: Style.spine)
        }
      }
    }
    marks += add(xTicks.ticks.map(\.value), length: Style.tickLength - 1)(projection.x, true)
    marks += add(yTicks.ticks.map(\.value), length: Style.tickLength - 1)(projection.y, false)
    marks += add(xTicks.minor, length: 1.5)(projection.x, true)
    marks += add(yTicks.minor, length: 1.5)(projection.y, false)
    return marks
  }

  /// Tick labels, axis labels and the title.
  private var labels: [Mark] {
    let projection = projection
    var marks: [Mark] = []
    func tick(_ string: String, _ x: Double, _ y: Double, _ anchor: TextMark.Anchor) -> Mark {
      .text(
        TextMark(
          string: string, position: Point(x: x, y: y), size: Style.tickSize, color: Style.tickText, anchor: anchor))
    }
    if showsX {
      let baseline = area.bottom + Style.tickLength + Style.tickGap + Style.tickSize * 0.75
      for mark in xTicks.ticks {
        if let x = projection.x.position(mark.value) { marks.append(tick(mark.label, x, baseline, .middle)) }
      }
      if let title = xTicks.title(plot.x.label) {
        let top = area.bottom + Style.tickLength + Style.tickGap + Style.tickSize + 3
        marks += TextBlock(title, size: Style.labelSize, color: Style.labelText)
          .marks(x: area.centre.x, top: top, anchor: .middle)
      }
    }
    if showsY {
      let right = area.x - Style.tickLength - Style.tickGap
      for mark in yTicks.ticks {
        if let y = projection.y.position(mark.value) {
          marks.append(tick(mark.label, right, y + Style.tickSize * Style.capitalMiddle, .end))
        }
      }
      if let title = yTicks.title(plot.y.label) {
        let block = TextBlock(title, size: Style.labelSize, color: Style.labelText)
        marks += block.verticalMarks(left: right - yTickWidth - 5 - block.height, y: area.centre.y)
      }
    }
    if let title = plot.title {
      let block = TextBlock(title, size: Style.titleSize, weight: .semibold, color: Style.titleText)
      marks += block.marks(
        x: plot.isFramed ? area.centre.x : area.x, top: area.y - 6 - block.height,
        anchor: plot.isFramed ? .middle : .start)
    }
    return marks
  }
}
