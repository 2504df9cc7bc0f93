internal import EBMCore
internal import FileFormats
internal import Synchronization
internal import Tensors

/// Rows of a file and their classes, each looked at when it is read: all numbers finite, the class one of those there are.
final class CheckedRows: Sendable {
  /// Number of classes; 0 without labels.
  let classes: Int
  private let rows: RowFile
  private let labels: RowFile?
  private let invalid: RowSelection.Invalid
  private let noted = Mutex<(rows: Set<Int>, first: String?)>(([], nil))

  /// Rows of a label file that are looked at in one go.
  private static let chunk = 1 << 16
  /// Skipped rows whose numbers are remembered, so that none is counted twice.
  private static let remembered = 1 << 20

  /// Looks at all labels.
  ///
  /// - Parameters:
  ///   - rows: the points.
  ///   - labels: their classes, integers from 0; nil without.
  ///   - classes: how many classes there are; nil for as many as the labels show.
  ///   - invalid: what becomes of rows that cannot be used.
  /// - Throws: `FileFormatError` for another number of labels than rows; where invalid rows are refused, for a label that
  ///   is not such an integer.
  init(
    _ rows: RowFile, labels: RowFile?, classes: Int?, invalid: RowSelection.Invalid
  ) throws(FileFormatError) {
    (self.rows, self.labels, self.invalid) = (rows, labels, invalid)
    guard let labels else {
      self.classes = 0
      return
    }
    guard labels.count == rows.count, labels.width == 1 else {
      throw FileFormatError(
        path: labels.path, location: "labels", found: "shape \([labels.count] + labels.shape)",
        expected: "[\(rows.count)], one a row")
    }
    var most = 0
    let limit = classes ?? 65_536
    for start in stride(from: 0, to: labels.count, by: CheckedRows.chunk) {
      let part = start..<min(start + CheckedRows.chunk, labels.count)
      var stored: [Float] = []
      let isSound = try labels.append(part, to: &stored) == nil && !stored.contains { !CheckedRows.isClass($0, limit) }
      if isSound {
        most = max(most, Int(stored.max() ?? 0) + 1)
        continue
      }
      for row in part {
        switch try CheckedRows.label(row, of: labels, limit) {
        case .success(let label): most = max(most, label + 1)
        case .failure(let problem): if invalid == .refuse { throw problem }
        }
      }
    }
    guard most > 0 else {
      throw FileFormatError(
        path: labels.path, location: "labels", found: "none that is a class", expected: "integers from 0")
    }
    self.classes = classes ?? most
  }

  /// The file, as messages name it.
  var path: String { rows.path }

  /// The rows that were left out so far.
  var skipped: SkippedRows { noted.withLock { SkippedRows(count: $0.rows.count, first: $0.first) } }

  /// Reads a row of the file.
  ///
  /// - Parameters:
  ///   - row: its position in the file.
  ///   - batch: gets the numbers, and the class from 1 where there are labels.
  /// - Returns: false for a row that cannot be used and is skipped; nothing is added then.
  /// - Throws: `FileFormatError` if the file cannot be read, or where invalid rows are refused.
  func append(_ row: Int, to batch: inout (scalars: [Float], labels: [Float])) throws(FileFormatError) -> Bool {
    if let labels {
      switch try CheckedRows.label(row, of: labels, classes) {
      case .success(let label): batch.labels.append(Float(label + 1))
      case .failure(let problem):
        try skip(row, problem)
        return false
      }
    }
    guard let problem = try rows.append(row..<row + 1, to: &batch.scalars) else { return true }
    if labels != nil { batch.labels.removeLast() }
    try skip(row, problem)
    return false
  }

  /// Finds out whether the files have been written to since they were opened.
  func requireUnchanged() throws(FileFormatError) {
    try rows.requireUnchanged()
    try labels?.requireUnchanged()
  }

  /// Notes a row that is left out.
  private func skip(_ row: Int, _ problem: FileFormatError) throws(FileFormatError) {
    guard invalid == .skip else {
      var problem = problem
      problem.expected += " (dataset.rows.invalid=skip leaves such rows out)"
      throw problem
    }
    noted.withLock {
      if $0.first == nil { $0.first = "\(problem)" }
      if $0.rows.count < CheckedRows.remembered { $0.rows.insert(row) }
    }
  }

  private static func isClass(_ label: Float, _ classes: Int) -> Bool {
    label == label.rounded() && label >= 0 && label < Float(classes)
  }

  /// A row's class from 0, or what stands in its place.
  private static func label(
    _ row: Int, of labels: RowFile, _ classes: Int
  ) throws(FileFormatError) -> Result<Int, FileFormatError> {
    var stored: [Float] = []
    if let problem = try labels.append(row..<row + 1, to: &stored) { return .failure(problem) }
    if isClass(stored[0], classes) { return .success(Int(stored[0])) }
    return .failure(
      FileFormatError(
        path: labels.path, location: "label \(row)", found: "\(stored[0])",
        expected: "an integer from 0 to \(classes - 1)")
    )
  }
}
