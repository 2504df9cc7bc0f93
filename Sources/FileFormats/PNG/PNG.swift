#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Writes images as PNG files, compressed and without loss.
///
/// Source: PNG specification, third edition (W3C, 2025). Images are written with 8 bits a sample, colour type 2 (red,
/// green, blue), not interlaced.
public enum PNG {
  /// An image as the bytes of a PNG file. Equal images give equal bytes.
  ///
  /// - Parameter image: the image.
  /// - Returns: a complete file.
  /// - Complexity: linear in the number of pixels.
  public static func encode(_ image: PixelImage) -> [UInt8] {
    var file: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    // 8 bits a sample, colour type 2, compression 0 (Deflate), filters 0 (the five), no interlacing.
    let header = UInt32(image.width).bigEndianBytes + UInt32(image.height).bigEndianBytes + [8, 2, 0, 0, 0]
    appendChunk("IHDR", header[...], to: &file)
    let data = Deflate.zlib(PNGFilter.filteredRows(of: image))
    var start = 0
    while start < data.count {
      let end = min(start + maximumChunkLength, data.count)
      appendChunk("IDAT", data[start..<end], to: &file)
      start = end
    }
    appendChunk("IEND", [], to: &file)
    return file
  }

  /// Writes an image, complete or not at all.
  ///
  /// - Parameters:
  ///   - image: the image.
  ///   - url: the file to make or replace.
  /// - Throws: `FileFormatError` with the system's reason if the file cannot be written.
  public static func write(_ image: PixelImage, to url: URL) throws(FileFormatError) {
    try AtomicFile.replace(url, with: encode(image))
  }

  /// Decoders may hold a chunk in memory; the specification allows up to 2^31 − 1 bytes.
  private static let maximumChunkLength = 1 << 20

  private static func appendChunk(_ type: StaticString, _ data: ArraySlice<UInt8>, to file: inout [UInt8]) {
    file += UInt32(data.count).bigEndianBytes
    let start = file.count
    file += Array("\(type)".utf8)
    file += data
    file += Checksum.crc32(file[start...]).bigEndianBytes
  }
}
