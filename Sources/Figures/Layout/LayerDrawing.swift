/// Turns the layers of a plot into marks.
struct LayerDrawing {
  let projection: Projection
  let colorLimits: ClosedRange<Double>

  static let ruleDashes = [4.0, 3.5]

  static func dashes(width: Double) -> [Double] { [width * 3.2, width * 2.6] }

  func marks(for layer: Layer, color: Color) -> [Mark] {
    switch layer {
    case .line(let line): return marks(for: line, color: color)
    case .scatter(let scatter):
      let area = projection.area
      let fill = color.opacity(scatter.opacity(area: area.width * area.height))
      return [.circles(points(scatter), radius: scatter.radius(default: scatter.x.count), fill: fill)]
    case .heatMap(let map):
      guard map.rows > 0, let frame = rectangle(map.xLimits, map.yLimits) else { return [] }
      return [.image(map.image(limits: colorLimits), in: frame)]
    case .bars(let bars): return marks(for: bars, color: color)
    case .band(let band): return marks(for: band, color: color)
    case .rule(let rule): return marks(for: rule, color: color)
    }
  }

  /// Where the layer leaves ink, for the legend to avoid.
  func points(of layer: Layer) -> [Point] {
    switch layer {
    case .line(let line): return zip(line.x, line.y).compactMap { projection.point(x: $0, y: $1) }
    case .scatter(let scatter): return points(scatter)
    case .bars(let bars):
      // A bar hides what is below its top: several heights stand for it.
      return bars.heights.indices.flatMap { index in
        [0.25, 0.5, 0.75, 1].compactMap {
          projection.point(x: (bars.lower[index] + bars.upper[index]) / 2, y: bars.heights[index] * $0)
        }
      }
    case .band(let band):
      return zip(band.x, band.lower).compactMap { projection.point(x: $0, y: $1) }
        + zip(band.x, band.upper).compactMap { projection.point(x: $0, y: $1) }
    case .heatMap, .rule: return []
    }
  }

  private func points(_ scatter: Scatter) -> [Point] {
    zip(scatter.x, scatter.y).compactMap { projection.point(x: $0, y: $1) }
  }

  private func marks(for line: Line, color: Color) -> [Mark] {
    let dashes = line.isDashed ? LayerDrawing.dashes(width: line.width) : []
    let scale = projection.y.scale
    let even = line.y.map { scale.even($0) }
    let drawn = pieces(line.x, line.smoothing > 1 ? Smoothing.average(even, window: line.smoothing) : even)
    let stroke = Stroke(color: color, width: line.width, dashes: dashes)
    var marks = drawn.map { Mark.polyline($0, stroke) }
    if line.hasMarkers {
      marks.append(.circles(drawn.flatMap { $0 }, radius: max(2.6, line.width * 1.5), fill: color))
    }
    return marks
  }

  /// What belongs behind all layers: the faint values under a smoothed line.
  func backdrop(for layer: Layer, color: Color) -> [Mark] {
    guard case .line(let line) = layer, line.smoothing > 1 else { return [] }
    let stroke = Stroke(color: color.opacity(0.22), width: min(1, line.width))
    return pieces(line.x, line.y.map { projection.y.scale.even($0) }).map { .polyline($0, stroke) }
  }

  /// The unbroken stretches of a line whose y values are already spread evenly.
  private func pieces(_ x: [Double], _ even: [Double?]) -> [[Point]] {
    var result: [[Point]] = []
    var piece: [Point] = []
    for (x, even) in zip(x, even) {
      if let even, let point = projection.point(x: x, y: projection.y.scale.value(even: even)) {
        piece.append(point)
      } else if !piece.isEmpty {
        result.append(piece)
        piece = []
      }
    }
    if !piece.isEmpty { result.append(piece) }
    return result.map(Decimation.thinned)
  }

  private func marks(for bars: Bars, color: Color) -> [Mark] {
    let fill = color.opacity(0.75)
    // On a logarithmic axis there is no zero: bars stand on the lower limit.
    let base = projection.y.position(0) ?? projection.area.bottom
    return bars.heights.indices.compactMap { index in
      guard
        let left = projection.x.position(bars.lower[index]), let right = projection.x.position(bars.upper[index]),
        let top = projection.y.position(bars.heights[index])
      else { return nil }
      // A sliver of white keeps touching bars apart where there is room for it.
      let gap = abs(right - left) > 5 ? 0.5 : 0
      return .rectangle(
        Rectangle(
          x: min(left, right) + gap, y: min(base, top), width: max(0, abs(right - left) - 2 * gap),
          height: abs(base - top)), fill: fill)
    }
  }

  private func marks(for band: Band, color: Color) -> [Mark] {
    var marks: [Mark] = []
    var lower: [Point] = []
    var upper: [Point] = []
    func finish() {
      let outline = Decimation.thinned(upper) + Decimation.thinned(lower).reversed()
      marks.append(.polygon(outline, fill: color.opacity(band.opacity)))
      lower = []
      upper = []
    }
    for index in band.x.indices {
      if let low = projection.point(x: band.x[index], y: band.lower[index]),
        let high = projection.point(x: band.x[index], y: band.upper[index])
      {
        lower.append(low)
        upper.append(high)
      } else {
        finish()
      }
    }
    finish()
    return marks
  }

  private func marks(for rule: Rule, color: Color) -> [Mark] {
    let area = projection.area
    let stroke = Stroke(color: color, width: 1.1, dashes: LayerDrawing.ruleDashes)
    switch rule.position {
    case .x(let value):
      guard let x = projection.x.position(value) else { return [] }
      return [.polyline([Point(x: x, y: area.bottom), Point(x: x, y: area.y)], stroke)]
    case .y(let value):
      guard let y = projection.y.position(value) else { return [] }
      return [.polyline([Point(x: area.x, y: y), Point(x: area.right, y: y)], stroke)]
    }
  }

  private func rectangle(_ x: ClosedRange<Double>, _ y: ClosedRange<Double>) -> Rectangle? {
    guard let low = projection.point(x: x.lowerBound, y: y.lowerBound),
      let high = projection.point(x: x.upperBound, y: y.upperBound)
    else { return nil }
    return Rectangle(x: low.x, y: high.y, width: high.x - low.x, height: low.y - high.y)
  }
}
