/// The sans-serif face of raster figures: each glyph is a few strokes of a round pen, drawn smoothly at any size.
///
/// It covers ASCII, Greek and the signs that scientific labels need; any other sign is shown as an empty box.
package enum StrokeFont {
  /// Width of the pen as a part of the font size.
  private static let penWidth = 0.083
  private static let semiboldPenWidth = 0.115
  /// Height of the lower edge of the pen at position 0 above the baseline, in hundredths of the size.
  private static let penOffset = 4.15
  private static let reduction = 0.62

  /// Width of a line of text in points; semibold letters are set slightly wider.
  package static func width(of string: String, size: Double, isSemibold: Bool = false) -> Double {
    string.reduce(0) { $0 + place($1).advance } * size / 100 * (isSemibold ? 1.04 : 1)
  }

  /// Whether the face has a glyph for the sign.
  package static func contains(_ character: Character) -> Bool {
    let plain = raised[character] ?? lowered[character] ?? character
    return letters[plain] != nil || signs[plain] != nil
  }

  /// The strokes of a line of text in points, x along the line from its start and y upwards from the baseline.
  package static func strokes(of string: String, size: Double, isSemibold: Bool = false) -> [[Point]] {
    let scale = size / 100
    let stretch = isSemibold ? 1.04 : 1
    var cursor = 0.0
    var strokes: [[Point]] = []
    for character in string {
      let (glyph, reduction, lift, advance) = place(character)
      for stroke in GlyphPath.strokes(of: glyph.path) {
        let points = stroke.map { point in
          Point(
            x: cursor + point.x * reduction * scale * stretch,
            y: ((point.y + penOffset) * reduction + lift) * scale)
        }
        strokes.append(points)
        // A dot is a little fatter than the pen, or full stops vanish beside the strokes.
        if points.count == 1, let dot = points.first {
          strokes.append(ring(about: dot, radius: pen(size, isSemibold) * 0.13))
        }
      }
      cursor += advance * scale * stretch
    }
    return strokes
  }

  /// The strokes of a text at its place on the page and the width of the pen.
  static func lines(for text: TextMark) -> (paths: [[Point]], width: Double) {
    let isSemibold = text.weight == .semibold
    let total = width(of: text.string, size: text.size, isSemibold: isSemibold)
    let start: Double
    switch text.anchor {
    case .start: start = 0
    case .middle: start = -total / 2
    case .end: start = -total
    }
    let paths = strokes(of: text.string, size: text.size, isSemibold: isSemibold).map { stroke in
      stroke.map { point in
        text.isVertical
          ? Point(x: text.position.x - point.y, y: text.position.y - start - point.x)
          : Point(x: text.position.x + start + point.x, y: text.position.y - point.y)
      }
    }
    return (paths, pen(text.size, isSemibold))
  }

  private static func pen(_ size: Double, _ isSemibold: Bool) -> Double {
    size * (isSemibold ? semiboldPenWidth : penWidth)
  }

  /// The glyph of a sign, its reduction, its lift and its advance in hundredths of the size.
  private static func place(_ character: Character) -> (glyph: Glyph, size: Double, lift: Double, advance: Double) {
    if let full = raised[character], let glyph = letters[full] ?? signs[full] {
      return (glyph, reduction, 32, glyph.advance * reduction)
    }
    if let full = lowered[character], let glyph = letters[full] ?? signs[full] {
      return (glyph, reduction, -14, glyph.advance * reduction)
    }
    let glyph = letters[character] ?? signs[character] ?? Glyph(60, "M 10 0 L 10 60 L 50 60 L 50 0 Z")
    return (glyph, 1, 0, glyph.advance)
  }

  private static func ring(about centre: Point, radius: Double) -> [Point] {
    (0...8).map { step in
      let angle = Double(step) * 45
      let (across, down) = (Mathematics.cosine(degrees: angle), Mathematics.sine(degrees: angle))
      return Point(x: centre.x + radius * across, y: centre.y + radius * down)
    }
  }
}
