import FileFormats
import Foundation
import Tensors
import Testing

@Suite struct PNGTests {
  private static let sizes = [(1, 1), (1, 7), (7, 1), (2, 3), (31, 17), (64, 64), (257, 100)]

  private static func noise(_ width: Int, _ height: Int) -> PixelImage {
    var generator = SplitMix64(seed: UInt64(width * 1_000 + height))
    return PixelImage(width: width, height: height, pixels: generator.bytes(3 * width * height))
  }

  private static func gradient(_ width: Int, _ height: Int) -> PixelImage {
    var image = PixelImage(width: width, height: height)
    for row in 0..<height {
      for column in 0..<width {
        image[row: row, column: column] = (
          UInt8(truncatingIfNeeded: row + column), UInt8(truncatingIfNeeded: row * column / 7),
          UInt8(truncatingIfNeeded: 255 - column)
        )
      }
    }
    return image
  }

  /// Axes, a grid, a curve with soft edges and filled bars, as a report draws them.
  private static func plot(_ width: Int, _ height: Int) -> PixelImage {
    var image = PixelImage(width: width, height: height)
    for row in 0..<height {
      for column in 0..<width {
        let distance = abs(Double(row) - Double(height) * (0.5 + 0.4 * sin(Double(column) / 90)))
        if distance < 3 {
          let level = UInt8(max(0, min(255, (distance - 1) / 2 * 255)))
          image[row: row, column: column] = (level, level, 255)
        } else if row % 100 == 0 || column % 100 == 0 {
          image[row: row, column: column] = (220, 220, 220)
        } else if column % 200 > 150, row > height - 40 - column / 5 {
          image[row: row, column: column] = (31, 119, 180)
        }
      }
    }
    return image
  }

  private static func images() -> [PixelImage] {
    sizes.flatMap { [noise($0.0, $0.1), gradient($0.0, $0.1), PixelImage(width: $0.0, height: $0.1, level: 17)] }
      + [plot(400, 300)]
  }

  @Test func everyImageIsDecodedToItself() throws {
    for image in Self.images() { #expect(try ReferencePNG.decode(PNG.encode(image)) == image) }
  }

  @Test(.enabled(if: PythonInterpreter.hasPillow, "python3 has no pillow"))
  func pillowDecodesEveryImage() throws {
    let scratch = try ScratchDirectory()
    let images = Self.images() + [Self.plot(1_600, 1_000)]
    for (index, image) in images.enumerated() {
      try PNG.write(image, to: scratch.file("\(index).png"))
      _ = try scratch.write(image.pixels, as: "\(index).raw")
    }
    let script = """
      import sys
      from PIL import Image
      for i, size in enumerate(eval(sys.argv[2])):
          with Image.open(f"{sys.argv[1]}/{i}.png") as image:
              image.verify()
          with Image.open(f"{sys.argv[1]}/{i}.png") as image:
              assert image.mode == "RGB" and list(image.size) == size, (i, image.mode, image.size)
              assert image.tobytes() == open(f"{sys.argv[1]}/{i}.raw", "rb").read(), i
      """
    try PythonInterpreter.run(script, [scratch.url.path, "\(images.map { [$0.width, $0.height] })"])
  }

  @Test func aPlotIsSmall() {
    let size = PNG.encode(Self.plot(1_600, 1_000)).count
    #expect(size < 100_000, "\(size) bytes")
    let blank = PNG.encode(PixelImage(width: 1_600, height: 1_000)).count
    // 4.8 MB of one value: a match of 258 bytes takes at least 2 bits, so some 4.7 KB; twice that is allowed.
    #expect(blank < 9_400, "\(blank) bytes")
  }

  @Test func equalImagesGiveEqualBytes() {
    #expect(PNG.encode(Self.plot(300, 200)) == PNG.encode(Self.plot(300, 200)))
  }

  @Test func aPixelIsWhereItWasPut() {
    var image = PixelImage(width: 3, height: 2, level: 0)
    image[row: 1, column: 2] = (1, 2, 3)
    #expect(image.pixels == [UInt8](repeating: 0, count: 15) + [1, 2, 3])
    #expect(image[row: 1, column: 2] == (1, 2, 3))
  }
}
