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
  /// - Returns: row-major `[indices.count, …]`.
  /// - Throws: `FileFormatError` if the disk cannot be read, or a number does not fit a Float32.
  /// - Precondition: each position is below `count`.
  public func rows(_ indices: [Int]) throws(FileFormatError) -> [Float] {
    precondition(indices.allSatisfy { $0 >= 0 && $0 < count }, "RowFile: a row outside 0..<\(count)")
    var result: [Float] = []
    result.reserveCapacity(indices.count * width)
    for index in indices { try append(index, to: &result) }
    return result
  }

  /// All rows, `[rows, …]`.
  ///
  /// - Throws: as ``rows(_:)``.
  public func tensor() throws(FileFormatError) -> Tensor {
    Tensor(try rows(Array(0..<count)), shape: [count] + shape)
  }

  private func append(_ index: Int, to result: inout [Float]) throws(FileFormatError) {
    switch storage {
    case .scalars(let scalars): result += scalars[index * width..<(index + 1) * width]
    case .bytes(let bytes, let layout):
      let start = layout.start + index * layout.stride
      try append(bytes[start..<start + width * layout.type.width], of: index, layout, to: &result)
    case .disk(let file, let layout):
      let bytes = try file.bytes(at: layout.start + index * layout.stride, count: width * layout.type.width)
      try append(bytes[...], of: index, layout, to: &result)
    case .joined(let files):
      var index = index
      for file in files {
        if index < file.count { return try file.append(index, to: &result) }
        index -= file.count
      }
    }
  }

  private func append(
    _ bytes: ArraySlice<UInt8>, of row: Int, _ layout: Layout, to result: inout [Float]
  ) throws(FileFormatError) {
    let scalars: [Float]
    do throws(ElementType.Unrepresentable) {
      scalars = try layout.type.decode(bytes, isBigEndian: layout.isBigEndian)
    } catch {
      throw FileFormatError(
        path: path, location: "row \(row), element \(error.element)", found: error.found, expected: error.expected)
    }
    guard let planes = layout.planes else {
      result += scalars
      return
    }
    let pixels = scalars.count / planes
    for pixel in 0..<pixels { for plane in 0..<planes { result.append(scalars[plane * pixels + pixel]) } }
  }
}
