/// The lines of a text file, read piece by piece: memory holds one piece and one line.
struct LineReader {
  /// Bytes that are read at once, and the most that a line may have.
  private static let piece = 1 << 20
  private static let longestLine = 1 << 26

  private let file: OpenFile
  /// Bytes that were read and not given out, from `start` on.
  private var pending: [UInt8] = []
  private var start = 0
  private var offset = 0
  /// Lines that were given out.
  private(set) var number = 0

  init(_ file: OpenFile) { self.file = file }

  /// The next line, without its line feed; nil at the end.
  ///
  /// - Throws: `FileFormatError` for bytes that no text has, a line too long to be one, or as the system refuses.
  mutating func next() throws(FileFormatError) -> ArraySlice<UInt8>? {
    var searched = start
    while true {
      if let end = pending[searched...].firstIndex(of: 0x0a) {
        defer { start = end + 1 }
        number += 1
        return pending[start..<end]
      }
      searched = pending.count - start
      guard offset < file.size else { break }
      guard searched <= Self.longestLine else {
        throw problem("\(searched) bytes without an end", "a line of at most \(Self.longestLine)")
      }
      let piece = try file.bytes(at: offset, count: min(Self.piece, file.size - offset))
      if let zero = piece.firstIndex(of: 0) {
        number += piece[..<zero].count { $0 == 0x0a }
        throw problem("a zero byte", "text")
      }
      pending.removeSubrange(..<start)
      pending += piece
      start = 0
      offset += piece.count
    }
    guard start < pending.count else { return nil }
    defer { start = pending.count }
    number += 1
    return pending[start...]
  }

  private func problem(_ found: String, _ expected: String) -> FileFormatError {
    FileFormatError(path: file.path, location: "line \(number + 1)", found: found, expected: expected)
  }
}
