/// A colour in the sRGB space with opacity.
public struct Color: Hashable, Sendable {
  /// Red from 0 to 1, encoded for the screen (not linear light), as green and blue are.
  public var red: Double
  /// Green from 0 to 1.
  public var green: Double
  /// Blue from 0 to 1.
  public var blue: Double
  /// 0 is transparent, 1 (the default) opaque.
  public var opacity: Double

  /// A colour from its components, each from 0 to 1; values outside are clamped and NaN counts as 0.
  public init(red: Double, green: Double, blue: Double, opacity: Double = 1) {
    self.red = Color.unit(red)
    self.green = Color.unit(green)
    self.blue = Color.unit(blue)
    self.opacity = Color.unit(opacity)
  }

  /// A colour from a hexadecimal number such as `0x2F6DB5`.
  public init(hex: UInt32, opacity: Double = 1) {
    self.init(
      red: Double((hex >> 16) & 255) / 255, green: Double((hex >> 8) & 255) / 255, blue: Double(hex & 255) / 255,
      opacity: opacity)
  }

  /// The same colour with another opacity.
  public func opacity(_ opacity: Double) -> Color {
    var copy = self
    copy.opacity = Color.unit(opacity)
    return copy
  }

  /// The colours given in turn to series without one of their own. Neighbours differ in hue and in lightness, so that
  /// they stay apart for readers with colour-deficient sight and in grey print.
  public static let palette: [Color] = [
    Color(hex: 0x2F6DB5), Color(hex: 0xE07B39), Color(hex: 0x2E9A78), Color(hex: 0xC2456B), Color(hex: 0x7F6BC4),
    Color(hex: 0x8A6B52), Color(hex: 0x54AEDB), Color(hex: 0x6B7280),
  ]

  /// Relative luminance Y of the colour, from 0 (black) to 1 (white), opacity ignored.
  ///
  ///     Y = 0.2126 R + 0.7152 G + 0.0722 B    (R, G, B in linear light)
  ///
  /// Source: IEC 61966-2-1 (sRGB).
  public var luminance: Double {
    func linear(_ value: Double) -> Double {
      value <= 0.04045 ? value / 12.92 : Mathematics.power((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// The components as bytes.
  var bytes: (red: UInt8, green: UInt8, blue: UInt8) {
    (UInt8((red * 255).rounded()), UInt8((green * 255).rounded()), UInt8((blue * 255).rounded()))
  }

  /// The colour as `#rrggbb`, without its opacity.
  package var hexadecimal: String {
    let (red, green, blue) = bytes
    let digits = Array("0123456789abcdef")
    return "#" + String([red, green, blue].flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  private static func unit(_ value: Double) -> Double { value > 0 ? min(value, 1) : 0 }
}
