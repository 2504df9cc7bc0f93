#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif
public import Tensors

/// Reads and writes NumPy's `.npz` files: arrays by name in a ZIP archive, stored or compressed.
///
/// ```swift
/// let file = try Npz(contentsOf: url)      // numpy.savez_compressed("data.npz", x=points, y=classes)
/// let points = try file.tensor(named: "x")
/// ```
///
/// Source: NumPy's reference guide, `numpy.savez`.
public struct Npz: Sendable {
  /// Names of the arrays, in the order of the archive.
  public let names: [String]
  private let file: OpenFile
  private let directory: ZipDirectory
  private let entries: [String: ZipDirectory.Entry]

  /// Opens an archive and reads its directory; arrays are read when they are asked for.
  ///
  /// - Parameter url: a file URL.
  /// - Throws: `FileFormatError` if the file cannot be read, is not a ZIP archive, is truncated, encrypted or compressed
  ///   by another method than Deflate, or has a name twice.
  public init(contentsOf url: URL) throws(FileFormatError) {
    file = try OpenFile(url)
    directory = try ZipDirectory(of: file)
    var entries: [String: ZipDirectory.Entry] = [:]
    var names: [String] = []
    for entry in directory.entries where entry.name.hasSuffix(".npy") {
      let name = String(entry.name.dropLast(4))
      guard entries.updateValue(entry, forKey: name) == nil else {
        throw FileFormatError(
          path: file.path, location: "directory", found: "\(FileFormatError.quoted(name)) twice",
          expected: "each name once")
      }
      names.append(name)
    }
    self.names = names
    self.entries = entries
  }

  /// An array.
  ///
  /// - Parameter name: its name, without `.npy`.
  /// - Throws: `FileFormatError` if there is none of that name, its data is damaged, or as `Npy.read`.
  public func tensor(named name: String) throws(FileFormatError) -> Tensor {
    let entry = try entry(name)
    return try Npy.decode(try content(of: entry), path: "\(file.path)/\(entry.name)")
  }

  /// An array of at least one axis, whose rows are read when they are asked for. Stored arrays stay on disk; compressed
  /// ones are unpacked in memory.
  ///
  /// - Parameter name: its name, without `.npy`.
  /// - Throws: as ``tensor(named:)``, and for an array without axes. The checksum of a stored array is not looked at.
  public func rows(named name: String) throws(FileFormatError) -> RowFile {
    let entry = try entry(name)
    let path = "\(file.path)/\(entry.name)"
    if entry.method != 0 {
      let bytes = try content(of: entry)
      let (header, start) = try NpyHeader.parse(bytes, path: path)
      guard let layout = try header.layout(start: start, available: bytes.count - start, path: path) else {
        return RowFile(try Npy.decode(bytes, path: path), path: path)
      }
      return RowFile(bytes, path: path, count: header.shape[0], shape: Array(header.shape.dropFirst()), layout: layout)
    }
    let dataStart = try directory.dataStart(of: entry, in: file)
    let head = try file.bytes(at: dataStart, count: min(entry.size, 1 << 17))
    let (header, start) = try NpyHeader.parse(head, path: path)
    let layout = try header.layout(start: dataStart + start, available: entry.size - start, path: path)
    guard let layout else { return RowFile(try tensor(named: name), path: path) }
    return RowFile(file, count: header.shape[0], shape: Array(header.shape.dropFirst()), layout: layout)
  }

  private func entry(_ name: String) throws(FileFormatError) -> ZipDirectory.Entry {
    if let entry = entries[name] { return entry }
    throw FileFormatError(
      path: file.path, location: "arrays", found: "no \(FileFormatError.quoted(name))",
      expected: names.isEmpty ? "arrays in the archive" : "one of " + names.prefix(12).joined(separator: ", "),
      nearestName: nearestName(to: name, among: names))
  }

  private func content(of entry: ZipDirectory.Entry) throws(FileFormatError) -> [UInt8] {
    let location = "entry \(FileFormatError.quoted(entry.name))"
    let start = try directory.dataStart(of: entry, in: file)
    var bytes = try file.bytes(at: start, count: entry.compressedSize)
    if entry.method != 0 {
      try FileContents.requireMemory(entry.size, for: file.path, location)
      do throws(Deflate.Malformed) {
        bytes = try Deflate.decompress(bytes[...], count: entry.size).bytes
      } catch {
        throw FileFormatError(
          path: file.path, location: "\(location), compressed byte \(error.offset)", found: error.found,
          expected: error.expected)
      }
    }
    let checksum = Checksum.crc32(bytes)
    guard bytes.count == entry.size, checksum == entry.checksum else {
      throw FileFormatError(
        path: file.path, location: location, found: "checksum \(String(checksum, radix: 16))",
        expected: String(entry.checksum, radix: 16) + " (is the file damaged?)")
    }
    return bytes
  }
}
