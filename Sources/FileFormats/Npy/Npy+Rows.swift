#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension Npy {
  /// Opens an array of at least one axis, whose rows are read when they are asked for.
  ///
  /// Arrays in Fortran order have no contiguous rows; they are read into memory.
  ///
  /// - Parameter url: a file URL.
  /// - Throws: `FileFormatError` as ``read(contentsOf:)``, and for an array without axes.
  public static func rows(of url: URL) throws(FileFormatError) -> RowFile {
    let file = try OpenFile(url)
    // Headers are some hundred bytes; version 1.0 allows 64 KB.
    let head = try file.bytes(at: 0, count: min(file.size, 1 << 17))
    let (header, start) = try NpyHeader.parse(head, path: file.path)
    let layout = try header.layout(start: start, available: file.size - start, path: file.path)
    guard let layout else { return RowFile(try read(contentsOf: url), path: file.path) }
    return RowFile(file, count: header.shape[0], shape: Array(header.shape.dropFirst()), layout: layout)
  }
}

extension NpyHeader {
  /// Where the rows are; nil for an array in Fortran order.
  ///
  /// - Parameters:
  ///   - start: first byte of the data.
  ///   - available: bytes from there to the end.
  func layout(start: Int, available: Int, path: String) throws(FileFormatError) -> RowFile.Layout? {
    guard let rows = shape.first else {
      throw FileFormatError(path: path, location: "shape", found: "()", expected: "at least one axis, that of the rows")
    }
    guard let bytes = ElementBytes.count(of: shape, width: type.width) else {
      throw FileFormatError(
        path: path, location: "shape", found: "\(shape)", expected: "a number of bytes that fits 63 bits")
    }
    guard available == bytes else {
      throw FileFormatError(
        path: path, location: "data", found: "\(available) bytes",
        expected: "\(bytes) for shape \(shape) at \(type.width) bytes an element")
    }
    // With one axis the two orders are the same.
    if isFortranOrder, shape.count > 1 { return nil }
    return RowFile.Layout(
      start: start, stride: rows == 0 ? 0 : bytes / rows, type: type, isBigEndian: isBigEndian)
  }
}
