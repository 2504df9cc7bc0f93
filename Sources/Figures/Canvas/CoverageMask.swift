/// How much of each pixel in a window a shape covers, from 0 to 1.
///
/// Shapes are first gathered here and then blended once, so that a translucent line does not darken where its pieces
/// overlap. All coordinates are in pixels; the centre of pixel (i, j) is (i + 0.5, j + 0.5).
package struct CoverageMask {
  package let x: Int
  package let y: Int
  package let width: Int
  package let height: Int
  package var values: [Float]

  /// An empty mask over the pixels that touch `bounds`, restricted to `limits`.
  package init(bounds: Rectangle, limits: Rectangle) {
    let window = bounds.intersection(limits)
    x = Int(window.x.rounded(.down))
    y = Int(window.y.rounded(.down))
    width = window.width > 0 ? Int(window.right.rounded(.up)) - x : 0
    height = window.height > 0 ? Int(window.bottom.rounded(.up)) - y : 0
    values = Array(repeating: 0, count: width * height)
  }

  /// The smallest rectangle around points, widened on all sides; nil without points.
  static func bounds(of points: [Point], margin: Double) -> Rectangle? {
    guard let first = points.first else { return nil }
    var (left, right, top, bottom) = (first.x, first.x, first.y, first.y)
    for point in points {
      (left, right) = (min(left, point.x), max(right, point.x))
      (top, bottom) = (min(top, point.y), max(bottom, point.y))
    }
    return Rectangle(
      x: left - margin, y: top - margin, width: right - left + 2 * margin, height: bottom - top + 2 * margin)
  }

  /// Adds a segment with round ends: all points closer than `radius` to it.
  ///
  /// The coverage falls from 1 to 0 over one pixel about the edge. A line thinner than a pixel keeps one pixel's width
  /// and pales in proportion instead.
  package mutating func addSegment(from start: Point, to end: Point, radius: Double) {
    let strength = min(1, 2 * radius)
    let half = max(radius, 0.5)
    let reach = half + 0.5
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    let lengthSquared = dx * dx + dy * dy
    let firstRow = max(0, Int((min(start.y, end.y) - reach).rounded(.down)) - y)
    let lastRow = min(height - 1, Int((max(start.y, end.y) + reach).rounded(.down)) - y)
    guard firstRow <= lastRow else { return }
    for row in firstRow...lastRow {
      let centreY = Double(row + y) + 0.5
      // The stretch of the segment that this row can see; it bounds the pixels worth a distance.
      var (near, far) = (0.0, 1.0)
      if abs(dy) > 1e-9 {
        let first = (centreY - reach - start.y) / dy
        let second = (centreY + reach - start.y) / dy
        (near, far) = (min(1, max(0, min(first, second))), min(1, max(0, max(first, second))))
      }
      let (nearX, farX) = (start.x + near * dx, start.x + far * dx)
      let firstColumn = max(0, Int((min(nearX, farX) - reach).rounded(.down)) - x)
      let lastColumn = min(width - 1, Int((max(nearX, farX) + reach).rounded(.down)) - x)
      guard firstColumn <= lastColumn else { continue }
      for column in firstColumn...lastColumn {
        let (px, py) = (Double(column + x) + 0.5 - start.x, centreY - start.y)
        let along = lengthSquared > 0 ? min(1, max(0, (px * dx + py * dy) / lengthSquared)) : 0
        let (ox, oy) = (px - along * dx, py - along * dy)
        let distance = (ox * ox + oy * oy).squareRoot()
        let coverage = Float(min(1, max(0, half - distance + 0.5)) * strength)
        let index = row * width + column
        if coverage > values[index] { values[index] = coverage }
      }
    }
  }

  /// Adds the inside of a closed polygon by the even-odd rule: exact along x, eight sub-rows a pixel along y.
  package mutating func addPolygon(_ points: [Point]) {
    guard points.count > 2, width > 0 else { return }
    let subrows = 8
    for row in 0..<height {
      for subrow in 0..<subrows {
        let level = Double(row + y) + (Double(subrow) + 0.5) / Double(subrows)
        var crossings: [Double] = []
        var previous = points[points.count - 1]
        for point in points {
          if (previous.y <= level) != (point.y <= level) {
            crossings.append(previous.x + (level - previous.y) / (point.y - previous.y) * (point.x - previous.x))
          }
          previous = point
        }
        crossings.sort()
        for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
          addSpan(row: row, from: crossings[pair], to: crossings[pair + 1], weight: 1 / Float(subrows))
        }
      }
    }
  }

  /// Adds an upright rectangle, exact along both axes.
  package mutating func addRectangle(_ rectangle: Rectangle) {
    for row in 0..<height {
      let top = max(rectangle.y, Double(row + y))
      let bottom = min(rectangle.bottom, Double(row + y + 1))
      if bottom > top {
        addSpan(row: row, from: rectangle.x, to: rectangle.right, weight: Float(bottom - top))
      }
    }
  }

  private mutating func addSpan(row: Int, from left: Double, to right: Double, weight: Float) {
    let left = max(left - Double(x), 0)
    let right = min(right - Double(x), Double(width))
    guard right > left else { return }
    for column in Int(left)..<min(width, Int(right.rounded(.up))) {
      let covered = min(right, Double(column + 1)) - max(left, Double(column))
      values[row * width + column] += weight * Float(covered)
    }
  }
}
