public import Tensors

/// An array of numbers in a file, whose rows are read when they are asked for.
///
/// The first axis counts the rows. Files that store rows one after the other, uncompressed, stay on disk: they may be
/// larger than memory. Any number of threads may read at once.
///
/// ```swift
/// let images = try IDX.rows(of: url)          // 60,000 rows of shape [28, 28]
/// let batch = try images.rows([3, 1, 4])      // row-major [3, 28, 28]
/// ```
public struct RowFile: Sendable {
  /// The file, as messages name it.
  public let path: String
  /// Number of rows.
  public let count: Int
  /// Shape of one row.
  public let shape: [Int]
  private let storage: Storage

  /// Where the numbers of rows are.
  struct Layout {
    /// First byte of row 0.
    var start: Int
    /// Bytes from a row to the next.
    var stride: Int
    var type: ElementType
    var isBigEndian = false
    /// Channels, when a row is stored channel by channel; they are moved to the last axis.
    var planes: Int?
  }

  private indirect enum Storage {
    case disk(OpenFile, Layout)
    case bytes([UInt8], Layout)
    case scalars([Float])
    case joined([RowFile])
  }

  private init(_ path: String, _ count: Int, _ shape: [Int], _ storage: Storage) {
    (self.path, self.count, self.shape, self.storage) = (path, count, shape, storage)
  }

  /// Rows that stay on disk. The caller has checked that the file holds them.
  init(_ file: OpenFile, count: Int, shape: [Int], layout: Layout) {
    self.init(file.path, count, shape, .disk(file, layout))
  }

  /// Rows in bytes that were unpacked. The caller has checked that they are complete.
  init(_ bytes: [UInt8], path: String, count: Int, shape: [Int], layout: Layout) {
    self.init(path, count, shape, .bytes(bytes, layout))
  }

  /// Rows in memory.
  ///
  /// - Parameters:
  ///   - tensor: a value `[rows, …]`.
  ///   - path: what messages call it.
  /// - Precondition: at least one axis.
  public init(_ tensor: Tensor, path: String) {
    precondition(tensor.rank > 0, "RowFile: a tensor of shape [] has no rows")
    self.init(path, tensor.shape[0], Array(tensor.shape.dropFirst()), .scalars(tensor.scalars))
  }

  /// Files one after the other, as one.
  ///
  /// - Throws: `FileFormatError` if their rows differ in shape.
  /// - Precondition: at least one file.
  public init(joining files: [RowFile]) throws(FileFormatError) {
    precondition(!files.isEmpty, "RowFile: no files to join")
    for file in files where file.shape != files[0].shape {
      throw FileFormatError(
        path: file.path, location: "shape of a row", found: "\(file.shape)",
        expected: "\(files[0].shape) as in \(files[0].path)")
    }
    self.init(files[0].path, files.map(\.count).reduce(0, +), files[0].shape, .joined(files))
  }

  /// Scalars of one row.
  public var width: Int { shape.reduce(1, *) }

  /// The rows at these positions.
  ///
  /// - Parameter indices: positions from 0, in any order, repeated or not.
  /// - Returns: row-major `[indices.count, …]`, all finite.
  /// - Throws: `FileFormatError` if the disk cannot be read, or for a number that is not finite or does not fit a
  ///   Float32, with its row.
  /// - Precondition: each position is below `count`.
  public func rows(_ indices: [Int]) throws(FileFormatError) -> [Float] {
    var result: [Float] = []
    for index in indices { if let invalid = try append(index..<index + 1, to: &result) { throw invalid } }
    return result
  }

  /// All rows, `[rows, …]`.
  ///
  /// - Throws: as ``rows(_:)``.
  public func tensor() throws(FileFormatError) -> Tensor {
    let shape = [count] + shape
    guard let bytes = ElementBytes.count(of: shape, width: MemoryLayout<Float>.size) else {
      throw FileFormatError(path: path, location: "shape", found: "\(shape)", expected: "an array that memory holds")
    }
    try FileContents.requireMemory(bytes, for: path, "an array of shape \(shape)")
    var scalars: [Float] = []
    if let invalid = try append(0..<count, to: &scalars) { throw invalid }
    return Tensor(scalars, shape: shape)
  }

  /// Reads rows one after the other, in one go where they are stored so.
  ///
  /// - Parameters:
  ///   - rows: positions from 0 to `count`.
  ///   - result: gets their numbers at its end; stays as it was when one is invalid.
  /// - Returns: nil, or the first number that is not finite or does not fit a Float32.
  /// - Throws: `FileFormatError` if the disk cannot be read.
  public func append(_ rows: Range<Int>, to result: inout [Float]) throws(FileFormatError) -> FileFormatError? {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= count, "RowFile: rows \(rows) outside 0..<\(count)")
    switch storage {
    case .scalars(let scalars):
      return append(scalars[rows.lowerBound * width..<rows.upperBound * width], from: rows.lowerBound, to: &result)
    case .bytes(let bytes, let layout):
      return try append(rows, layout, to: &result) { bytes[layout.start + $0..<layout.start + $0 + $1] }
    case .disk(let file, let layout):
      return try append(rows, layout, to: &result) { (offset, count) throws(FileFormatError) in
        try file.bytes(at: layout.start + offset, count: count)[...]
      }
    case .joined(let files):
      let before = result.count
      var start = 0
      for file in files {
        let part = rows.clamped(to: start..<start + file.count)
        if !part.isEmpty, let invalid = try file.append(part.lowerBound - start..<part.upperBound - start, to: &result)
        {
          result.removeSubrange(before...)
          return invalid
        }
        start += file.count
      }
      return nil
    }
  }

  /// Finds out whether a file has been written to since it was opened; what was removed or replaced stays readable.
  ///
  /// - Throws: `FileFormatError` if so: its rows are others than those that were looked at.
  public func requireUnchanged() throws(FileFormatError) {
    switch storage {
    case .disk(let file, _): try file.requireUnchanged()
    case .joined(let files): for file in files { try file.requireUnchanged() }
    case .bytes, .scalars: break
    }
  }

  private func append(
    _ rows: Range<Int>, _ layout: Layout, to result: inout [Float],
    bytes: (_ offset: Int, _ count: Int) throws(FileFormatError) -> ArraySlice<UInt8>
  ) throws(FileFormatError) -> FileFormatError? {
    let rowBytes = width * layout.type.width
    if rowBytes == layout.stride, layout.planes == nil {
      let stored = try bytes(rows.lowerBound * rowBytes, rows.count * rowBytes)
      return decode(stored, from: rows.lowerBound, layout, to: &result)
    }
    let before = result.count
    for row in rows {
      if let invalid = decode(try bytes(row * layout.stride, rowBytes), from: row, layout, to: &result) {
        result.removeSubrange(before...)
        return invalid
      }
    }
    return nil
  }

  private func decode(
    _ bytes: ArraySlice<UInt8>, from row: Int, _ layout: Layout, to result: inout [Float]
  ) -> FileFormatError? {
    let scalars: [Float]
    do throws(ElementType.Unrepresentable) {
      scalars = try layout.type.decode(bytes, isBigEndian: layout.isBigEndian)
    } catch {
      return invalid(error.element, from: row, found: error.found, expected: error.expected)
    }
    guard let planes = layout.planes else { return append(scalars[...], from: row, to: &result) }
    let pixels = scalars.count / planes
    for pixel in 0..<pixels { for plane in 0..<planes { result.append(scalars[plane * pixels + pixel]) } }
    return nil
  }

  private func append(_ scalars: ArraySlice<Float>, from row: Int, to result: inout [Float]) -> FileFormatError? {
    if let wrong = scalars.firstIndex(where: { !$0.isFinite }) {
      return invalid(
        wrong - scalars.startIndex, from: row, found: "\(scalars[wrong])", expected: "a finite number")
    }
    result += scalars
    return nil
  }

  private func invalid(_ element: Int, from row: Int, found: String, expected: String) -> FileFormatError {
    FileFormatError(
      path: path, location: "row \(row + element / width), element \(element % width)", found: found,
      expected: expected)
  }
}
