public import EBMCore
public import Tensors

/// The rows of an open file that a data set uses: a ``RowSource`` without repetitions within an epoch.
///
/// Batches run through the rows in a random order, a new one each time all have been used; which rows batch n has is a
/// function of n and the seed, so a resumed run sees what an uninterrupted one does.
public struct OpenTable: RowSource {
  public let rowShape: [Int]
  /// Number of classes; 0 without labels.
  public let classes: Int
  /// Least and largest value in the first rows.
  let extent: ClosedRange<Double>
  private let rows: RowFile
  /// Classes of all rows of the file, from 1; empty without labels.
  private let labels: [Float]
  private let used: Range<Int>
  private let split: RowPermutation

  /// Rows that are looked at when a file is opened.
  private static let looked = 1_000

  /// Looks at the first rows and reads the labels.
  ///
  /// - Parameters:
  ///   - rows: the points of the file.
  ///   - labels: their classes, integers from 0; nil without.
  ///   - classes: how many classes there are; nil for as many as the labels show.
  ///   - selection: which rows are used.
  /// - Throws: `FileFormatError` for a file without rows, of more than four axes or with fewer labels than rows, a value that is not finite
  ///   among the first rows, or labels that are not such integers.
  public init(
    _ rows: RowFile, labels: RowFile?, classes: Int? = nil, selection: RowSelection
  ) throws(FileFormatError) {
    func problem(_ file: RowFile, _ location: String, _ found: String, _ expected: String) -> FileFormatError {
      FileFormatError(path: file.path, location: location, found: found, expected: expected)
    }
    guard rows.count > 0, rows.width > 0 else {
      throw problem(rows, "rows", "shape \([rows.count] + rows.shape)", "at least one row of at least one number")
    }
    guard rows.shape.count <= 3 else {
      throw problem(
        rows, "rows", "shape \([rows.count] + rows.shape)",
        "vectors [rows, n] or images [rows, height, width, channels]")
    }
    used = selection.positions(of: rows.count)
    guard !used.isEmpty else {
      throw problem(rows, "rows", "\(rows.count)", "enough for a \(selection.part.rawValue) part")
    }
    split = RowPermutation(count: rows.count, key: RowPermutation.mix(UInt64(selection.seed)))
    self.rows = rows
    // A row of one number is a vector of one; a matrix is an image of one channel.
    rowShape = rows.shape.isEmpty ? [1] : rows.shape.count == 2 ? rows.shape + [1] : rows.shape

    var found = 0
    self.labels =
      try labels.map { (file) throws(FileFormatError) in
        guard file.count == rows.count, file.width == 1 else {
          throw problem(file, "labels", "shape \([file.count] + file.shape)", "[\(rows.count)], one a row")
        }
        let stored = try file.rows(Array(0..<file.count))
        let last = (classes ?? 65_536) - 1
        if let wrong = stored.firstIndex(where: { $0 != $0.rounded() || !(0...Float(last)).contains($0) }) {
          throw problem(file, "label \(wrong)", "\(stored[wrong])", "an integer from 0 to \(last)")
        }
        found = Int(stored.max() ?? 0) + 1
        return stored.map { $0 + 1 }
      } ?? []
    self.classes = labels == nil ? 0 : classes ?? found

    let first = used.prefix(OpenTable.looked)
    let values = try rows.rows(first.map { [split] in split[$0] })
    if let wrong = values.firstIndex(where: { !$0.isFinite }) {
      throw problem(rows, "row \(split[first.lowerBound + wrong / rows.width])", "\(values[wrong])", "finite numbers")
    }
    extent = Double(values.min() ?? 0)...Double(values.max() ?? 0)
  }

  public var hasLabels: Bool { !labels.isEmpty }

  /// Number of rows that are used.
  public var count: Int { used.count }

  /// Rows of the file in the order of the split, each once.
  var allIndices: [Int] { used.map { split[$0] } }

  public func batch(_ number: Int, count: Int, seed: UInt64) -> (rows: [Float], labels: [Float]) {
    let first = number * count
    let indices = (first..<first + count).map { position in
      let epoch = RowPermutation(
        count: used.count, key: RowPermutation.mix(seed ^ RowPermutation.mix(UInt64(position / used.count))))
      return split[used.lowerBound + epoch[position % used.count]]
    }
    return read(indices)
  }

  /// Rows of the file and their labels.
  func read(_ indices: [Int]) -> (rows: [Float], labels: [Float]) {
    do throws(FileFormatError) {
      return (try rows.rows(indices), hasLabels ? indices.map { labels[$0] } : [])
    } catch {
      // The file was there and complete when it was opened; nothing sensible can be trained on without it.
      preconditionFailure("\(error)")
    }
  }
}
