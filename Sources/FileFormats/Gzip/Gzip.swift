/// Files compressed with gzip, such as those that MNIST is distributed in.
///
/// Source: RFC 1952 (1996).
enum Gzip {
  /// Whether bytes begin like a gzip file.
  static func isGzip(_ bytes: some Sequence<UInt8>) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }

  /// The content of a gzip file of one member.
  ///
  /// - Throws: `FileFormatError` for a broken header or stream, or a checksum that does not agree.
  static func decompress(_ bytes: [UInt8], path: String) throws(FileFormatError) -> [UInt8] {
    func broken(_ location: String, _ found: String, _ expected: String) -> FileFormatError {
      FileFormatError(path: path, location: location, found: found, expected: expected)
    }
    guard bytes.count >= 18, isGzip(bytes) else {
      throw broken("gzip header", "\(bytes.count) bytes", "a gzip file, at least 18 bytes that begin with 1f 8b")
    }
    guard bytes[2] == 8, bytes[3] & 0xe0 == 0 else {
      throw broken("gzip header", "method \(bytes[2]), flags \(bytes[3])", "method 8, Deflate")
    }
    let flags = bytes[3]
    var start = 10
    if flags & 4 != 0 { start += 2 + Int(bytes[10]) + Int(bytes[11]) << 8 }
    // A name and a comment, each ended by a zero byte.
    for flag: UInt8 in [8, 16] where flags & flag != 0 {
      guard start < bytes.count, let end = bytes[start...].firstIndex(of: 0) else {
        throw broken("gzip header", "a name without an end", "a zero byte after it")
      }
      start = end + 1
    }
    if flags & 2 != 0 { start += 2 }
    guard start <= bytes.count - 8 else { throw broken("gzip header", "the end of the file", "compressed data") }
    let trailer = bytes.count - 8
    func word(_ offset: Int) -> Int { bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | Int($1) } }
    try FileContents.requireMemory(word(trailer + 4), for: path, "decompressed data")
    let content: (bytes: [UInt8], used: Int)
    do throws(Deflate.Malformed) {
      content = try Deflate.decompress(bytes[start..<trailer], count: word(trailer + 4))
    } catch { throw broken("compressed data, byte \(error.offset)", error.found, error.expected) }
    let checksum = Checksum.crc32(content.bytes)
    guard Int(checksum) == word(trailer) else {
      throw broken(
        "checksum", String(checksum, radix: 16), String(word(trailer), radix: 16) + " (is the file damaged?)")
    }
    return content.bytes
  }
}
