/// One kind of content of a plot; layers are drawn in order, later ones on top.
public enum Layer: Sendable {
  /// A line through points in order.
  case line(Line)
  /// Points.
  case scatter(Scatter)
  /// Coloured cells.
  case heatMap(HeatMap)
  /// Upright bars.
  case bars(Bars)
  /// The area between two lines.
  case band(Band)
  /// A straight reference line across the plot.
  case rule(Rule)

  /// The text in the legend; nil keeps the layer out of it.
  var label: String? {
    switch self {
    case .line(let line): return line.label
    case .scatter(let scatter): return scatter.label
    case .bars(let bars): return bars.label
    case .band(let band): return band.label
    case .rule(let rule): return rule.label
    case .heatMap: return nil
    }
  }

  /// The colour the caller asked for.
  var ownColor: Color? {
    switch self {
    case .line(let line): return line.color
    case .scatter(let scatter): return scatter.color
    case .bars(let bars): return bars.color
    case .band(let band): return band.color
    case .rule(let rule): return rule.color
    case .heatMap: return nil
    }
  }

  /// Whether the layer takes the next colour of the palette when it has none of its own.
  var takesPaletteColor: Bool {
    switch self {
    case .line, .scatter, .bars, .band: return ownColor == nil
    case .heatMap, .rule: return false
    }
  }

  /// Whether a vector canvas should draw the layer as pixels: with more points than this the file would be larger.
  var isDense: Bool {
    if case .scatter(let scatter) = self { return scatter.x.count > 400 }
    return false
  }
}

/// The values a layer spans on both axes, and the room it wants around them.
struct Extent: Sendable {
  var x: ClosedRange<Double>?
  var y: ClosedRange<Double>?

  func union(_ other: Extent) -> Extent {
    Extent(x: Extent.union(x, other.x), y: Extent.union(y, other.y))
  }

  static func union(_ first: ClosedRange<Double>?, _ second: ClosedRange<Double>?) -> ClosedRange<Double>? {
    guard let first, let second else { return first ?? second }
    return min(first.lowerBound, second.lowerBound)...max(first.upperBound, second.upperBound)
  }
}

extension Layer {
  /// The values that the layer wants in sight; nil parts when it has nothing to show.
  func extent(xScale: AxisScale, yScale: AxisScale) -> Extent {
    func padded(_ x: ClosedRange<Double>?, _ y: ClosedRange<Double>?, _ roomX: Double, _ roomY: Double) -> Extent {
      // One axis without values leaves nothing to draw on the other either.
      guard let x, let y else { return Extent() }
      return Extent(
        x: xScale.padded(x, below: roomX, above: roomX), y: yScale.padded(y, below: roomY, above: roomY))
    }
    switch self {
    case .line(let line):
      return padded(xScale.range(of: line.x), yScale.range(of: line.y), 0.015, 0.05)
    case .scatter(let scatter):
      return padded(xScale.range(of: scatter.x), yScale.range(of: scatter.y), 0.04, 0.04)
    case .band(let band):
      return padded(xScale.range(of: band.x), yScale.range(of: band.lower + band.upper), 0.015, 0.05)
    case .heatMap(let map):
      return map.values.isEmpty ? Extent() : Extent(x: map.xLimits, y: map.yLimits)
    case .bars(let bars):
      guard let x = xScale.range(of: bars.lower + bars.upper), let heights = yScale.range(of: bars.heights) else {
        return Extent()
      }
      // Bars stand on zero; only a logarithmic axis, which has none, starts below the lowest bar instead.
      let base = yScale == .linear ? Extent.union(heights, 0...0) ?? heights : heights
      return Extent(
        x: xScale.padded(x, below: 0.02, above: 0.02),
        y: yScale.padded(
          base, below: base.lowerBound < 0 || yScale == .logarithmic ? 0.05 : 0, above: base.upperBound > 0 ? 0.06 : 0))
    case .rule(let rule):
      // A reference line is brought into sight along its own axis once other layers give the plot a place.
      switch rule.position {
      case .x(let value): return Extent(x: xScale.range(of: [value]), y: nil)
      case .y(let value): return Extent(x: nil, y: yScale.range(of: [value]))
      }
    }
  }

  /// Whether the layer consists of bars.
  var isBars: Bool {
    if case .bars = self { return true }
    return false
  }

  /// Whether the layer has something to show below y = 0.
  var reachesBelowZero: Bool {
    func isBelow(_ values: [Double]) -> Bool { values.contains { $0.isDrawable && $0 < 0 } }
    switch self {
    case .line(let line): return isBelow(line.y)
    case .scatter(let scatter): return isBelow(scatter.y)
    case .band(let band): return isBelow(band.lower) || isBelow(band.upper)
    case .bars(let bars): return isBelow(bars.heights)
    case .heatMap(let map): return map.yLimits.lowerBound < 0
    case .rule(let rule):
      if case .y(let value) = rule.position { return value < 0 }
      return false
    }
  }

  /// Whether the layer alone makes a plot worth drawing.
  func hasData(xScale: AxisScale, yScale: AxisScale) -> Bool {
    if case .rule = self { return false }
    let extent = extent(xScale: xScale, yScale: yScale)
    return extent.x != nil && extent.y != nil
  }
}
