/// The names of the labelled layers of a plot with samples of their colours.
struct LegendBox {
  private struct Entry {
    let label: String
    let layer: Layer
    let color: Color
  }

  private let entries: [Entry]
  private let rowHeight = Style.legendSize * 1.5
  private let sampleWidth = 18.0
  private let inset = 6.0

  /// Nil when there is nothing to name.
  init?(_ plot: Plot) {
    guard plot.legend != .hidden else { return nil }
    entries = zip(plot.layers, plot.colors).compactMap { layer, color in
      layer.label.map { Entry(label: $0, layer: layer, color: color) }
    }
    if entries.isEmpty { return nil }
  }

  var width: Double {
    let text = entries.map { StrokeFont.width(of: $0.label, size: Style.legendSize) }.max() ?? 0
    return sampleWidth + 6 + text + 2 * inset
  }

  var height: Double { Double(entries.count) * rowHeight + inset }

  /// The corner of the area that holds the fewest of the given points; upper ones before lower, right before left.
  func place(in area: Rectangle, avoiding points: [Point]) -> Rectangle {
    let margin = 6.0
    let (left, right) = (area.x + margin, area.right - margin - width)
    let (top, bottom) = (area.y + margin, area.bottom - margin - height)
    let corners = [(right, top), (left, top), (right, bottom), (left, bottom)].map {
      Rectangle(x: $0.0, y: $0.1, width: width, height: height)
    }
    let hits = corners.map { corner in points.count { corner.contains($0) } }
    let best = hits.indices.min { hits[$0] < hits[$1] } ?? 0
    return corners[best]
  }

  func marks(in box: Rectangle, hasBackground: Bool) -> [Mark] {
    var marks: [Mark] = []
    if hasBackground { marks.append(.rectangle(box, fill: Style.background.opacity(0.85))) }
    for (index, entry) in entries.enumerated() {
      let middle = box.y + inset / 2 + (Double(index) + 0.5) * rowHeight
      let (left, right) = (box.x + inset, box.x + inset + sampleWidth)
      let ends = [Point(x: left + 1, y: middle), Point(x: right - 1, y: middle)]
      let swatch = Rectangle(x: left + 2, y: middle - 4, width: sampleWidth - 4, height: 8)
      switch entry.layer {
      case .line(let line):
        let dashes = line.isDashed ? LayerDrawing.dashes(width: line.width) : []
        marks.append(.polyline(ends, Stroke(color: entry.color, width: max(1.6, line.width), dashes: dashes)))
        if line.hasMarkers {
          marks.append(.circles([Point(x: (left + right) / 2, y: middle)], radius: 2.6, fill: entry.color))
        }
      case .scatter:
        marks.append(.circles([Point(x: (left + right) / 2, y: middle)], radius: 3.2, fill: entry.color))
      case .bars:
        marks.append(.rectangle(swatch, fill: entry.color.opacity(0.75)))
      case .band(let band):
        marks.append(.rectangle(swatch, fill: entry.color.opacity(max(0.2, band.opacity))))
      case .rule:
        marks.append(.polyline(ends, Stroke(color: entry.color, width: 1.1, dashes: LayerDrawing.ruleDashes)))
      case .heatMap:
        continue
      }
      let position = Point(x: right + 6, y: middle + Style.legendSize * Style.capitalMiddle)
      marks.append(
        .text(TextMark(string: entry.label, position: position, size: Style.legendSize, color: Style.labelText)))
    }
    return marks
  }
}
