public import EBMCore
public import FileFormats
internal import Tensors

/// The rows of an open file that a data set uses: a ``RowSource`` without repetitions within an epoch.
///
/// Batches run through the rows in a random order, a new one each time all have been used; which rows batch n has is a
/// function of n and the seed, so a resumed run sees what an uninterrupted one does. A row whose numbers cannot be used
/// ends the reading, or another row, drawn at random, stands in for it: ``RowSelection/invalid``.
public struct OpenTable: RowSource {
  public let rowShape: [Int]
  /// Number of classes; 0 without labels.
  public let classes: Int
  /// Least and largest value in the first rows.
  let extent: ClosedRange<Double>
  private let rows: CheckedRows
  private let used: Range<Int>
  private let split: RowPermutation

  /// Rows that are looked at when a file is opened, and numbers in them.
  private static let looked = (rows: 1_000, scalars: 8_000_000)
  /// How many rows stand in for an invalid one, one after the other, before the file is given up.
  private static let substitutes = 64

  /// Looks at the first rows and reads the labels.
  ///
  /// - Parameters:
  ///   - rows: the points of the file.
  ///   - labels: their classes, integers from 0; nil without.
  ///   - classes: how many classes there are; nil for as many as the labels show.
  ///   - selection: which rows are used.
  /// - Throws: `FileFormatError` for a file without rows, of more than four axes or with fewer labels than rows; where
  ///   invalid rows are refused, also for a value that is not finite among the first rows, or labels that are not such
  ///   integers.
  public init(
    _ rows: RowFile, labels: RowFile?, classes: Int? = nil, selection: RowSelection
  ) throws(FileFormatError) {
    func problem(_ found: String, _ expected: String) -> FileFormatError {
      FileFormatError(path: rows.path, location: "rows", found: found, expected: expected)
    }
    guard rows.count > 0, rows.width > 0 else {
      throw problem("shape \([rows.count] + rows.shape)", "at least one row of at least one number")
    }
    guard rows.shape.count <= 3 else {
      throw problem(
        "shape \([rows.count] + rows.shape)", "vectors [rows, n] or images [rows, height, width, channels]")
    }
    used = selection.positions(of: rows.count)
    guard !used.isEmpty else { throw problem("\(rows.count)", "enough for a \(selection.part.rawValue) part") }
    split = RowPermutation(count: rows.count, key: RowPermutation.mix(UInt64(selection.seed)))
    self.rows = try CheckedRows(rows, labels: labels, classes: classes, invalid: selection.invalid)
    self.classes = self.rows.classes
    // A row of one number is a vector of one; a matrix is an image of one channel.
    rowShape = rows.shape.isEmpty ? [1] : rows.shape.count == 2 ? rows.shape + [1] : rows.shape

    var extent: ClosedRange<Float>?
    for position in used.prefix(max(1, min(OpenTable.looked.rows, OpenTable.looked.scalars / rows.width))) {
      var row: (scalars: [Float], labels: [Float]) = ([], [])
      guard try self.rows.append(split[position], to: &row), let low = row.scalars.min(), let high = row.scalars.max()
      else { continue }
      extent = min(low, extent?.lowerBound ?? low)...max(high, extent?.upperBound ?? high)
    }
    guard let extent else {
      throw problem("none that can be used among the first: \(self.rows.skipped.first ?? "")", "rows of finite numbers")
    }
    self.extent = Double(extent.lowerBound)...Double(extent.upperBound)
  }

  public var hasLabels: Bool { classes > 0 }

  public var skippedRows: SkippedRows { rows.skipped }

  /// Number of rows that are used.
  public var count: Int { used.count }

  public func batch(
    _ number: Int, count: Int, seed: UInt64
  ) throws(FileFormatError) -> (rows: [Float], labels: [Float]) {
    try rows.requireUnchanged()
    var batch: (scalars: [Float], labels: [Float]) = ([], [])
    for position in number * count..<(number + 1) * count { try append(position, seed, to: &batch) }
    return (batch.scalars, batch.labels)
  }

  /// Adds the row at a position of the endless order, or the first that can be used of those that stand in for it.
  private func append(
    _ position: Int, _ seed: UInt64, to batch: inout (scalars: [Float], labels: [Float])
  ) throws(FileFormatError) {
    let epoch = seed ^ RowPermutation.mix(UInt64(position / used.count))
    for substitute in 0...UInt64(OpenTable.substitutes) {
      let order = RowPermutation(count: used.count, key: RowPermutation.mix(epoch &+ substitute))
      if try rows.append(split[used.lowerBound + order[position % used.count]], to: &batch) { return }
    }
    throw FileFormatError(
      path: rows.path, location: "rows",
      found: "\(OpenTable.substitutes) drawn one after the other that cannot be used",
      expected: "a file most of whose rows can be used")
  }
}
