/// The directory at the end of a ZIP archive.
///
/// Source: PKWARE, APPNOTE.TXT, ZIP file format specification, version 6.3.10, sections 4.3.7 to 4.5.3.
struct ZipDirectory {
  /// One file of the archive.
  struct Entry {
    var name: String
    /// 0 for stored bytes, 8 for Deflate.
    var method: Int
    var checksum: UInt32
    var compressedSize: Int
    var size: Int
    /// First byte of the header before the data.
    var headerStart: Int
  }

  private(set) var entries: [Entry] = []

  private static let endSize = 22
  private static let entrySize = 46
  private static let localSize = 30

  /// Reads the directory.
  ///
  /// - Throws: `FileFormatError` if the file is not a complete archive of one volume, or an entry is encrypted.
  init(of file: OpenFile) throws(FileFormatError) {
    func broken(_ location: String, _ found: String, _ expected: String) -> FileFormatError {
      FileFormatError(path: file.path, location: location, found: found, expected: expected)
    }
    // The end record is followed by a comment of at most 65,535 bytes.
    let tailStart = max(0, file.size - Self.endSize - 0xffff)
    let tail = Bytes(try file.bytes(at: tailStart, count: file.size - tailStart))
    let ends = stride(from: tail.count - Self.endSize, through: 0, by: -1)
    guard let end = ends.first(where: { tail.number($0, 4) == 0x0605_4b50 }) else {
      throw broken("end of the file", "no directory", "a ZIP archive (is the file truncated?)")
    }
    var count = tail.number(end + 10, 2)
    var (size, start) = (tail.number(end + 12, 4), tail.number(end + 16, 4))
    // The larger form of the record, found through its locator, which stands just before.
    if end >= 20, tail.number(end - 20, 4) == 0x0706_4b50 {
      let place = tail.number(end - 12, 8)
      guard place >= 0, place <= file.size - 56 else {
        throw broken("directory", "byte \(place)", "a place in the file")
      }
      let large = Bytes(try file.bytes(at: place, count: 56))
      guard large.number(0, 4) == 0x0606_4b50 else { throw broken("directory", "no ZIP64 record", "one") }
      (count, size, start) = (large.number(32, 8), large.number(40, 8), large.number(48, 8))
    }
    guard start >= 0, size >= 0, start <= file.size, size <= file.size - start else {
      throw broken("directory", "\(size) bytes at byte \(start)", "a place in the file's \(file.size) bytes")
    }
    guard count >= 0, count <= size / Self.entrySize else {
      throw broken("directory", "\(count) entries", "at most \(size / Self.entrySize) in its \(size) bytes")
    }
    let directory = Bytes(try file.bytes(at: start, count: size))
    var position = 0
    for index in 0..<count {
      guard position + Self.entrySize <= directory.count, directory.number(position, 4) == 0x0201_4b50 else {
        throw broken("directory, entry \(index)", "no entry", "\(count) entries")
      }
      let lengths = [28, 30, 32].map { directory.number(position + $0, 2) }
      let next = position + Self.entrySize + lengths.reduce(0, +)
      guard next <= directory.count else {
        throw broken("directory, entry \(index)", "its end missing", "a whole entry")
      }
      let nameStart = position + Self.entrySize
      let entry = Entry(
        name: directory.text(nameStart..<nameStart + lengths[0]), method: directory.number(position + 10, 2),
        checksum: UInt32(directory.number(position + 16, 4)), compressedSize: directory.number(position + 20, 4),
        size: directory.number(position + 24, 4), headerStart: directory.number(position + 42, 4))
      let extra = nameStart + lengths[0]..<nameStart + lengths[0] + lengths[1]
      guard directory.number(position + 8, 2) & 1 == 0, entry.method == 0 || entry.method == 8 else {
        throw broken(
          "entry \(FileFormatError.quoted(entry.name))", "method \(entry.method), or encrypted", "stored or Deflate")
      }
      entries.append(directory.enlarged(entry, by: extra))
      position = next
    }
  }

  /// First byte of an entry's data.
  func dataStart(of entry: Entry, in file: OpenFile) throws(FileFormatError) -> Int {
    let location = "entry \(FileFormatError.quoted(entry.name))"
    guard entry.headerStart >= 0, entry.headerStart <= file.size - Self.localSize else {
      throw FileFormatError(
        path: file.path, location: location, found: "a header at byte \(entry.headerStart)", expected: "inside the file"
      )
    }
    let header = Bytes(try file.bytes(at: entry.headerStart, count: Self.localSize))
    let start = entry.headerStart + Self.localSize + header.number(26, 2) + header.number(28, 2)
    guard header.number(0, 4) == 0x0403_4b50, entry.compressedSize >= 0, entry.size >= 0,
      entry.compressedSize <= file.size - start, entry.method != 0 || entry.size == entry.compressedSize
    else {
      throw FileFormatError(
        path: file.path, location: location, found: "no header, data beyond the end of the file, or two sizes",
        expected: "\(entry.compressedSize) bytes at byte \(start)")
    }
    return start
  }
}

/// Little-endian numbers in bytes.
private struct Bytes {
  private let bytes: [UInt8]
  init(_ bytes: [UInt8]) { self.bytes = bytes }
  var count: Int { bytes.count }

  func number(_ start: Int, _ width: Int) -> Int {
    Int(truncatingIfNeeded: bytes[start..<start + width].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// The entry with the numbers that did not fit 32 bits taken from its ZIP64 field.
  func enlarged(_ entry: ZipDirectory.Entry, by extra: Range<Int>) -> ZipDirectory.Entry {
    var entry = entry
    var position = extra.lowerBound
    while position + 4 <= extra.upperBound {
      let (tag, length) = (number(position, 2), number(position + 2, 2))
      position += 4
      guard position + length <= extra.upperBound else { break }
      if tag == 1 {
        var field = position
        for part in [\ZipDirectory.Entry.size, \.compressedSize, \.headerStart]
        where entry[keyPath: part] == 0xffff_ffff && field + 8 <= position + length {
          entry[keyPath: part] = number(field, 8)
          field += 8
        }
      }
      position += length
    }
    return entry
  }
}
