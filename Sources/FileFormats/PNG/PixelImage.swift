/// A colour image: rows from the top, three bytes a pixel.
///
/// ```swift
/// var image = PixelImage(width: 64, height: 48)                  // white
/// image[row: 10, column: 20] = (red: 255, green: 0, blue: 0)
/// try PNG.write(image, to: url)
/// ```
public struct PixelImage: Equatable, Sendable {
  /// Pixels in a row, at least 1.
  public let width: Int

  /// Rows, at least 1.
  public let height: Int

  /// Red, green and blue of each pixel, row by row: `height · width · 3` bytes.
  public private(set) var pixels: [UInt8]

  /// Makes an image from its bytes.
  ///
  /// - Parameters:
  ///   - width: pixels in a row, at least 1.
  ///   - height: rows, at least 1.
  ///   - pixels: red, green and blue of each pixel, row by row from the top.
  /// - Precondition: `pixels.count == height * width * 3`.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    Self.check(width: width, height: height)
    precondition(
      pixels.count == height * width * 3,
      "PixelImage: \(pixels.count) bytes for \(width) x \(height) pixels, expected \(height * width * 3)")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// Makes an image of one grey level.
  ///
  /// - Parameters:
  ///   - width: pixels in a row, at least 1.
  ///   - height: rows, at least 1.
  ///   - level: the value of every byte; 255, white, by default.
  public init(width: Int, height: Int, level: UInt8 = 255) {
    Self.check(width: width, height: height)
    self.init(width: width, height: height, pixels: [UInt8](repeating: level, count: height * width * 3))
  }

  /// The colour of a pixel.
  ///
  /// - Precondition: `0 <= row < height` and `0 <= column < width`.
  public subscript(row row: Int, column column: Int) -> (red: UInt8, green: UInt8, blue: UInt8) {
    get {
      let offset = offset(row, column)
      return (pixels[offset], pixels[offset + 1], pixels[offset + 2])
    }
    set {
      let offset = offset(row, column)
      pixels[offset] = newValue.red
      pixels[offset + 1] = newValue.green
      pixels[offset + 2] = newValue.blue
    }
  }

  private func offset(_ row: Int, _ column: Int) -> Int {
    precondition(
      (0..<height).contains(row) && (0..<width).contains(column),
      "PixelImage: row \(row), column \(column) of \(width) x \(height) pixels")
    return 3 * (row * width + column)
  }

  /// The limit keeps the compressor's 32-bit positions: the rows are at most 2^30 bytes, some 18,000 pixels square.
  private static func check(width: Int, height: Int) {
    let limit = 1 << 30
    precondition(
      width >= 1 && height >= 1 && width <= limit / 4 && height <= limit / (3 * width + 1),
      "PixelImage: \(width) x \(height) pixels, expected at least 1 x 1 and at most \(limit) bytes")
  }
}
