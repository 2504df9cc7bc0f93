import FileFormats

/// A plain decoder of 8-bit RGB images without interlacing, to check the encoder.
///
/// Source: PNG specification, third edition (W3C, 2025), sections 5, 9 and 11.
enum ReferencePNG {
  struct Malformed: Error {}

  static func decode(_ file: [UInt8]) throws -> PixelImage {
    guard file.starts(with: [137, 80, 78, 71, 13, 10, 26, 10]) else { throw Malformed() }
    var position = 8
    var header: [UInt8] = []
    var data: [UInt8] = []
    var type = ""
    while type != "IEND" {
      guard position + 12 <= file.count else { throw Malformed() }
      let length = number(file[position..<position + 4])
      let end = position + 8 + length
      guard end + 4 <= file.count, number(file[end..<end + 4]) == Int(Checksum.crc32(file[position + 4..<end])) else {
        throw Malformed()
      }
      type = String(decoding: file[position + 4..<position + 8], as: UTF8.self)
      if type == "IHDR" { header = Array(file[position + 8..<end]) }
      if type == "IDAT" { data += file[position + 8..<end] }
      position = end + 4
    }
    guard position == file.count, header.count == 13, header[8...] == [8, 2, 0, 0, 0] else { throw Malformed() }
    let rows = try ReferenceInflate.decode(Array(data[2..<data.count - 4]))
    guard data[0] == 0x78, (256 * Int(data[0]) + Int(data[1])) % 31 == 0,
      number(data.suffix(4)) == Int(Checksum.adler32(rows))
    else { throw Malformed() }
    return try unfilter(rows, width: number(header[0..<4]), height: number(header[4..<8]))
  }

  private static func unfilter(_ rows: [UInt8], width: Int, height: Int) throws -> PixelImage {
    guard rows.count == height * (3 * width + 1) else { throw Malformed() }
    var pixels: [UInt8] = []
    for row in 0..<height {
      let start = row * (3 * width + 1)
      for column in 0..<3 * width {
        let left = column < 3 ? 0 : Int(pixels[pixels.count - 3])
        let up = row == 0 ? 0 : Int(pixels[pixels.count - 3 * width])
        let upLeft = row == 0 || column < 3 ? 0 : Int(pixels[pixels.count - 3 * width - 3])
        let prediction: Int
        switch rows[start] {
        case 0: prediction = 0
        case 1: prediction = left
        case 2: prediction = up
        case 3: prediction = (left + up) / 2
        case 4:
          let estimate = left + up - upLeft
          let distances = [left, up, upLeft].map { abs(estimate - $0) }
          prediction = [left, up, upLeft][distances.firstIndex(of: distances.min() ?? 0) ?? 0]
        default: throw Malformed()
        }
        pixels.append(rows[start + 1 + column] &+ UInt8(prediction))
      }
    }
    return PixelImage(width: width, height: height, pixels: pixels)
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
