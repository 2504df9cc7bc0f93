/// How a polyline is drawn.
struct Stroke: Equatable, Sendable {
  var color: Color
  /// In points.
  var width: Double
  /// Alternating lengths of dash and gap in points; empty for a solid line.
  var dashes: [Double] = []
}

/// One line of text.
struct TextMark: Equatable, Sendable {
  enum Anchor: String, Sendable { case start, middle, end }
  enum Weight: Sendable { case regular, semibold }

  var string: String
  /// The anchor on the baseline.
  var position: Point
  var size: Double
  var color: Color
  var anchor = Anchor.start
  var weight = Weight.regular
  /// Whether the text runs upwards (a quarter turn to the left about its position).
  var isVertical = false
}

/// The vocabulary of a drawing. A figure is laid out once into marks; each canvas then draws the same marks, so the
/// vector and the pixel version of a figure cannot disagree about positions.
indirect enum Mark: Sendable {
  case rectangle(Rectangle, fill: Color)
  case polyline([Point], Stroke)
  case polygon([Point], fill: Color)
  case circles([Point], radius: Double, fill: Color)
  case image(Raster, in: Rectangle)
  case text(TextMark)
  /// Marks of which only the part inside the rectangle is seen.
  case clipped(Rectangle, [Mark])
  /// Opaque content so numerous that a vector canvas should embed it as one image.
  case rasterised(Rectangle, background: Color, [Mark])
}

extension Mark {
  /// A line one point thick, moved onto whole points so that it is crisp at every integer scale.
  static func horizontalHairline(y: Double, from left: Double, to right: Double, color: Color) -> Mark {
    .rectangle(Rectangle(x: left, y: (y - 0.5).rounded(), width: right - left, height: 1), fill: color)
  }

  static func verticalHairline(x: Double, from top: Double, to bottom: Double, color: Color) -> Mark {
    .rectangle(Rectangle(x: (x - 0.5).rounded(), y: top, width: 1, height: bottom - top), fill: color)
  }
}

/// A laid-out figure: its size in points and its marks from back to front.
struct Scene: Sendable {
  var width: Double
  var height: Double
  var background: Color
  var marks: [Mark]
}
