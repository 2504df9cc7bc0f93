/// The compression of PNG and ZIP files.
///
/// Source: RFC 1951 (Deflate) and RFC 1950 (zlib), 1996.
package enum Deflate {
  /// Tokens of a block: enough for good statistics, few enough to follow changes in the data.
  private static let blockTokenCount = 32_768

  /// Compresses bytes into a bare Deflate stream.
  ///
  /// Equal input gives equal output.
  ///
  /// - Parameter bytes: fewer than 2^31 bytes.
  package static func compress(_ bytes: [UInt8]) -> [UInt8] {
    var writer = BitWriter()
    var finder = MatchFinder(bytes)
    repeat {
      let start = finder.position
      let tokens = finder.tokens(atMost: blockTokenCount)
      let block = DeflateBlock(tokens: tokens, source: bytes[start..<finder.position])
      block.write(to: &writer, isLast: finder.isFinished)
    } while !finder.isFinished
    writer.align()
    return writer.bytes
  }

  /// Compresses bytes into a zlib stream: a Deflate stream with a two-byte header and a checksum.
  ///
  /// - Parameter bytes: fewer than 2^31 bytes.
  package static func zlib(_ bytes: [UInt8]) -> [UInt8] {
    // 0x78: Deflate with a window of 32 KB; 0x9c: default effort, and makes the pair a multiple of 31.
    [0x78, 0x9c] + compress(bytes) + Checksum.adler32(bytes).bigEndianBytes
  }
}
