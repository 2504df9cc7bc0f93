#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif
public import Tensors

/// Reads IDX files, the format of the MNIST digits: one array each, plain or compressed with gzip.
///
/// Two zero bytes, a type code, the number of axes, the extents as 32-bit integers, the numbers; most significant byte
/// first. Source: Y. LeCun, C. Cortes and C. Burges, "The MNIST database of handwritten digits", 1998, file formats.
public enum IDX {
  private static let types: [UInt8: ElementType] = [
    0x08: .uint8, 0x09: .int8, 0x0b: .int16, 0x0c: .int32, 0x0d: .float32, 0x0e: .float64,
  ]

  /// Opens an array of at least one axis, whose rows are read when they are asked for. Compressed files are unpacked
  /// in memory.
  ///
  /// - Parameter url: a file URL.
  /// - Throws: `FileFormatError` if the file cannot be read, is no IDX file, has a rank above 6, or is shorter or longer
  ///   than its header says.
  public static func rows(of url: URL) throws(FileFormatError) -> RowFile {
    let file = try OpenFile(url)
    let head = try file.bytes(at: 0, count: min(file.size, 4 + 4 * 255))
    guard Gzip.isGzip(head) else {
      let (shape, layout) = try parse(head, size: file.size, path: file.path)
      return RowFile(file, count: shape[0], shape: Array(shape.dropFirst()), layout: layout)
    }
    let bytes = try Gzip.decompress(try file.bytes(at: 0, count: file.size), path: file.path)
    let (shape, layout) = try parse(bytes, size: bytes.count, path: file.path)
    return RowFile(bytes, path: file.path, count: shape[0], shape: Array(shape.dropFirst()), layout: layout)
  }

  /// Reads an array.
  ///
  /// - Parameter url: a file URL.
  /// - Returns: a tensor with the array's shape.
  /// - Throws: as ``rows(of:)``.
  public static func read(contentsOf url: URL) throws(FileFormatError) -> Tensor { try rows(of: url).tensor() }

  private static func parse(
    _ head: [UInt8], size: Int, path: String
  ) throws(FileFormatError) -> (shape: [Int], layout: RowFile.Layout) {
    guard head.count >= 4, head[0] == 0, head[1] == 0 else {
      throw FileFormatError(
        path: path, location: "first bytes", found: "\(head.prefix(4).map { Int($0) })",
        expected: "0, 0, a type code and a rank")
    }
    guard let type = types[head[2]] else {
      throw FileFormatError(
        path: path, location: "type code", found: "\(head[2])",
        expected: "one of " + types.keys.sorted().map { "\($0)" }.joined(separator: " "))
    }
    let rank = Int(head[3])
    guard (1...ElementBytes.maximumRank).contains(rank) else {
      throw FileFormatError(
        path: path, location: "rank", found: "\(rank)", expected: "1 to \(ElementBytes.maximumRank)")
    }
    let start = 4 + 4 * rank
    guard head.count >= start else {
      throw FileFormatError(
        path: path, location: "header", found: "\(head.count) bytes", expected: "\(start) for rank \(rank)")
    }
    let shape = (0..<rank).map { axis in head[(4 + 4 * axis)..<(8 + 4 * axis)].reduce(0) { $0 << 8 | Int($1) } }
    guard let bytes = ElementBytes.count(of: shape, width: type.width), size - start == bytes else {
      throw FileFormatError(
        path: path, location: "data", found: "\(size - start) bytes",
        expected: "as many as shape \(shape) of \(type.rawValue) takes, which the header says")
    }
    let stride = shape[0] == 0 ? 0 : bytes / shape[0]
    return (shape, RowFile.Layout(start: start, stride: stride, type: type, isBigEndian: true))
  }
}
