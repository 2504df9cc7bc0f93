/// Reads the little path language in which the glyphs of `StrokeFont` are written.
///
/// Commands, separated by spaces, in hundredths of the font size with y upwards from the baseline:
///
///     M x y               start a new stroke
///     L x y               line
///     C x y x y x y       cubic Bézier curve
///     O x y rx ry         full oval about (x, y)
///     A x y rx ry a b     new stroke along an oval from angle a to angle b in degrees, counter-clockwise
///     a x y rx ry a b     the same, joined by a line to the stroke under way
///     D x y               dot
///     Z                   close the stroke
enum GlyphPath {
  /// The strokes of a glyph as polylines; a dot is a stroke of one position.
  static func strokes(of text: String) -> [[Point]] {
    var words = text.split(separator: " ")[...]
    var strokes: [[Point]] = []
    func numbers(_ count: Int) -> [Double] {
      let taken = words.prefix(count).compactMap { Double($0) }
      words = words.dropFirst(count)
      return taken + Array(repeating: 0, count: count - taken.count)
    }
    while let command = words.popFirst() {
      let last = strokes.count - 1
      switch command {
      case "M", "D":
        let to = numbers(2)
        strokes.append([Point(x: to[0], y: to[1])])
      case "O":
        let oval = numbers(4)
        strokes.append(arc(oval + [0, 360]))
      case "A":
        strokes.append(arc(numbers(6)))
      case "L" where last >= 0:
        let to = numbers(2)
        strokes[last].append(Point(x: to[0], y: to[1]))
      case "C" where last >= 0:
        let controls = numbers(6)
        if let start = strokes[last].last { strokes[last] += curve(from: start, controls) }
      case "a" where last >= 0:
        strokes[last] += arc(numbers(6))
      case "Z" where last >= 0:
        if let start = strokes[last].first { strokes[last].append(start) }
      default:
        // Glyph tables are part of this module and covered by a test; an unknown command draws nothing.
        continue
      }
    }
    return strokes
  }

  private static func curve(from start: Point, _ controls: [Double]) -> [Point] {
    let steps = 10
    return (1...steps).map { step in
      let t = Double(step) / Double(steps)
      let s = 1 - t
      let (a, b, c, d) = (s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t)
      return Point(
        x: a * start.x + b * controls[0] + c * controls[2] + d * controls[4],
        y: a * start.y + b * controls[1] + c * controls[3] + d * controls[5])
    }
  }

  /// An arc of a superellipse |x/rx|ⁿ + |y/ry|ⁿ = 1 with n = 2.25: slightly squarer than an ellipse, as the round
  /// letters of sans-serif faces are.
  private static func arc(_ numbers: [Double]) -> [Point] {
    let (x, y, radiusX, radiusY) = (numbers[0], numbers[1], numbers[2], numbers[3])
    let (from, to) = (numbers[4], numbers[5])
    let steps = max(2, Int(abs(to - from) / 9))
    func squared(_ value: Double) -> Double {
      let power = Mathematics.power(abs(value), 2 / 2.25)
      return value < 0 ? -power : power
    }
    return (0...steps).map { step in
      let angle = from + (to - from) * Double(step) / Double(steps)
      return Point(
        x: x + radiusX * squared(Mathematics.cosine(degrees: angle)),
        y: y + radiusY * squared(Mathematics.sine(degrees: angle)))
    }
  }
}
