/// A picture of opaque pixels.
///
/// The caller turns it into a file; this module has no image formats of its own.
public struct Raster: Equatable, Sendable {
  /// Number of pixels in a row.
  public let width: Int
  /// Number of rows.
  public let height: Int
  /// Bytes `[height, width, 3]`: red, green, blue; the first row is the top one.
  public var pixels: [UInt8]

  /// A picture from its bytes.
  ///
  /// - Precondition: `pixels.count == width * height * 3`.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(
      width >= 0 && height >= 0 && pixels.count == width * height * 3,
      "Raster: \(pixels.count) bytes found, \(width) x \(height) x 3 expected")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// The colour of one pixel; `x` counts from the left and `y` from the top.
  ///
  /// - Precondition: the position lies inside the picture.
  public subscript(x: Int, y: Int) -> Color {
    precondition(
      (0..<width).contains(x) && (0..<height).contains(y), "Raster: no pixel (\(x), \(y)) in \(width) x \(height)")
    let start = (y * width + x) * 3
    return Color(
      red: Double(pixels[start]) / 255, green: Double(pixels[start + 1]) / 255, blue: Double(pixels[start + 2]) / 255)
  }
}
