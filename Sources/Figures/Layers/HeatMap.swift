/// A table of values as coloured cells, on linear axes.
public struct HeatMap: Sendable {
  /// Where the first row of the table is drawn.
  public enum FirstRow: Sendable {
    /// The first row has the lowest y, as a function evaluated on a grid.
    case bottom
    /// The first row has the highest y, as an image or a matrix.
    case top
  }

  /// Values `[rows, columns]`, one row after the other.
  public var values: [Double]
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// The outer edges of the table on the x axis.
  public var xLimits: ClosedRange<Double>
  /// The outer edges of the table on the y axis.
  public var yLimits: ClosedRange<Double>
  /// The values of the first and the last colour; nil (the default) takes the range of the data. Values outside take
  /// the nearest colour.
  public var limits: ClosedRange<Double>?
  /// The colours; viridis by default, which keeps equal differences equally visible.
  public var colorMap: ColorMap
  /// The spread of the colours; linear by default. On a logarithmic one zero and less take the first colour.
  public var scale: AxisScale
  /// Where the first row is drawn; at the bottom by default.
  public var firstRow: FirstRow

  /// A heat map of a flat table.
  ///
  /// - Parameters:
  ///   - values: shape `[rows, columns]`; NaN and infinite values are drawn as a grey pattern.
  ///   - xLimits: outer edges on the x axis; nil counts the columns.
  ///   - yLimits: outer edges on the y axis; nil counts the rows.
  /// - Precondition: `values.count` is a multiple of `columns`.
  public init(
    values: [some Plottable], columns: Int, xLimits: ClosedRange<Double>? = nil, yLimits: ClosedRange<Double>? = nil,
    limits: ClosedRange<Double>? = nil, colorMap: ColorMap = .viridis, scale: AxisScale = .linear,
    firstRow: FirstRow = .bottom
  ) {
    precondition(
      values.isEmpty || (columns > 0 && values.count.isMultiple(of: columns)),
      "HeatMap: \(values.count) values found, a multiple of \(columns) columns expected")
    self.values = values.map(\.plotValue)
    self.columns = values.isEmpty ? 0 : columns
    rows = values.isEmpty ? 0 : values.count / columns
    self.xLimits = xLimits.flatMap(AxisScale.linear.usable) ?? 0...Double(max(1, self.columns))
    self.yLimits = yLimits.flatMap(AxisScale.linear.usable) ?? 0...Double(max(1, rows))
    self.limits = limits
    self.colorMap = colorMap
    self.scale = scale
    self.firstRow = firstRow
  }

  /// A heat map that shows how many points fall into each cell, as a density: the values times the area of a cell add
  /// up to the part of the points inside the limits.
  ///
  /// - Parameters:
  ///   - points: a table `[count, 2]` stored one row after the other; NaN and infinite values are left out.
  ///   - bins: cells along each side.
  /// - Precondition: an even number of values.
  public static func histogram(
    ofPoints points: [some Plottable], bins: Int = 100, xLimits: ClosedRange<Double>, yLimits: ClosedRange<Double>,
    limits: ClosedRange<Double>? = nil, colorMap: ColorMap = .viridis
  ) -> HeatMap {
    precondition(points.count.isMultiple(of: 2), "HeatMap: \(points.count) values found, pairs expected")
    let bins = max(1, bins)
    let across = AxisProjection(scale: .linear, limits: xLimits, from: 0, to: Double(bins))
    let up = AxisProjection(scale: .linear, limits: yLimits, from: 0, to: Double(bins))
    var counts = Array(repeating: 0.0, count: bins * bins)
    for index in stride(from: 0, to: points.count, by: 2) {
      let (x, y) = (points[index].plotValue, points[index + 1].plotValue)
      guard across.limits.contains(x), up.limits.contains(y) else { continue }
      guard let column = across.position(x), let row = up.position(y) else { continue }
      counts[min(bins - 1, Int(row)) * bins + min(bins - 1, Int(column))] += 1
    }
    let cell =
      (across.limits.upperBound - across.limits.lowerBound) / Double(bins)
      * (up.limits.upperBound - up.limits.lowerBound) / Double(bins)
    let total = Double(max(1, points.count / 2))
    return HeatMap(
      values: counts.map { $0 / (total * cell) }, columns: bins, xLimits: across.limits, yLimits: up.limits,
      limits: limits, colorMap: colorMap)
  }

  /// The limits of the colours: those given, or the range of the data.
  var colorLimits: ClosedRange<Double>? {
    limits.flatMap(scale.usable) ?? scale.range(of: values)
  }

  /// The cells as a picture, one pixel a cell, the highest y first.
  func image(limits: ClosedRange<Double>) -> Raster {
    let place = AxisProjection(scale: scale, limits: limits, from: 0, to: 1)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(values.count * 3)
    for line in 0..<rows {
      let row = firstRow == .bottom ? rows - 1 - line : line
      for column in 0..<columns {
        let value = values[row * columns + column]
        let color: Color
        if !value.isDrawable {
          // Diagonal stripes of two greys, which no coloured map contains.
          color = (row + column) % 4 < 2 ? Color(hex: 0xC9CDD3) : Color(hex: 0xAEB4BC)
        } else {
          color = colorMap.color(at: place.fraction(value) ?? 0)
        }
        let bytes = color.bytes
        pixels += [bytes.red, bytes.green, bytes.blue]
      }
    }
    return Raster(width: columns, height: rows, pixels: pixels)
  }
}
