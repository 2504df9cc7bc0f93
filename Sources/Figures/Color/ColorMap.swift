/// A continuous scale of colours for heat maps: 256 colours, interpolated between.
public struct ColorMap: Sendable {
  let colors: [Color]

  /// A map through the given colours, evenly spaced from 0 to 1.
  ///
  /// - Precondition: at least two colours.
  public init(_ colors: [Color]) {
    precondition(colors.count >= 2, "ColorMap: \(colors.count) colours found, at least 2 expected")
    self.colors = colors
  }

  /// Dark violet over green to yellow; perceptually uniform and readable with colour-deficient sight.
  ///
  /// Source: van der Walt and Smith (2015), the default map of matplotlib, released under CC0.
  public static let viridis = ColorMap(table: viridisTable)

  /// Black over purple to pale yellow; perceptually uniform, with a dark background.
  ///
  /// Source: van der Walt and Smith (2015), matplotlib, released under CC0.
  public static let magma = ColorMap(table: magmaTable)

  /// Blue over white to red, for signed values with limits symmetric about zero.
  ///
  /// Source: Brewer (2002), ColorBrewer's RdBu reversed.
  public static let blueRed = ColorMap(table: blueRedTable)

  /// White over grey to black.
  public static let gray = ColorMap([Color(hex: 0xFFFFFF), Color(hex: 0x000000)])

  /// The colour at a position from 0 to 1; positions outside are clamped, NaN counts as 0.
  public func color(at position: Double) -> Color {
    let place = (position > 0 ? min(position, 1) : 0) * Double(colors.count - 1)
    let index = min(Int(place), colors.count - 2)
    let fraction = place - Double(index)
    let (low, high) = (colors[index], colors[index + 1])
    return Color(
      red: low.red + fraction * (high.red - low.red), green: low.green + fraction * (high.green - low.green),
      blue: low.blue + fraction * (high.blue - low.blue))
  }

  /// Reads rows of six hexadecimal digits a colour.
  private init(table: [String]) {
    let digits = table.joined().utf8.map { UInt32($0 >= 97 ? $0 - 87 : $0 - 48) }
    self.init(
      stride(from: 0, to: digits.count - 5, by: 6).map { start in
        Color(hex: digits[start..<start + 6].reduce(0) { $0 << 4 | $1 })
      })
  }
}
