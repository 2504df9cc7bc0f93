/// Sizes and colours common to all figures.
enum Style {
  static let background = Color(hex: 0xFFFFFF)
  static let spine = Color(hex: 0xC3C8CF)
  static let grid = Color(hex: 0xECEEF1)
  static let tickText = Color(hex: 0x4B525C)
  static let labelText = Color(hex: 0x2F353D)
  static let titleText = Color(hex: 0x16191D)
  static let faintText = Color(hex: 0x9AA1AB)
  static let rule = Color(hex: 0x4B525C)

  static let tickSize = 11.0
  static let labelSize = 12.0
  static let titleSize = 12.5
  static let figureTitleSize = 15.0
  static let legendSize = 11.0

  /// Between the edge of the figure and its content.
  static let padding = 12.0
  static let tickLength = 4.0
  /// Between a tick and its label.
  static let tickGap = 4.0
  /// Height of a line of text as a part of its size.
  static let lineHeight = 1.3
  /// Part of the size by which a baseline lies below the middle of a capital.
  static let capitalMiddle = 0.36
  static let colorBarWidth = 11.0
  static let colorBarGap = 10.0
  /// The least distance between neighbouring plots, with all that belongs to them.
  static let panelGap = 12.0
}

/// Several lines of text about a common place.
struct TextBlock {
  let lines: [String]
  let size: Double
  let weight: TextMark.Weight
  let color: Color

  init(_ text: String, size: Double, weight: TextMark.Weight = .regular, color: Color) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    self.size = size
    self.weight = weight
    self.color = color
  }

  var width: Double {
    lines.map { StrokeFont.width(of: $0, size: size, isSemibold: weight == .semibold) }.max() ?? 0
  }

  /// The extent across the lines.
  var height: Double { Double(lines.count) * size * Style.lineHeight }

  /// Level lines whose upper edge is at `top`.
  func marks(x: Double, top: Double, anchor: TextMark.Anchor) -> [Mark] {
    lines.enumerated().map { index, line in
      let baseline = top + size * (Style.lineHeight * (Double(index) + 0.5) + Style.capitalMiddle)
      return .text(
        TextMark(
          string: line, position: Point(x: x, y: baseline), size: size, color: color, anchor: anchor, weight: weight))
    }
  }

  /// Upward lines centred at `y` whose left edge is at `left`.
  func verticalMarks(left: Double, y: Double) -> [Mark] {
    lines.enumerated().map { index, line in
      let baseline = left + size * (Style.lineHeight * (Double(index) + 0.5) + Style.capitalMiddle)
      return .text(
        TextMark(
          string: line, position: Point(x: baseline, y: y), size: size, color: color, anchor: .middle, weight: weight,
          isVertical: true))
    }
  }
}
