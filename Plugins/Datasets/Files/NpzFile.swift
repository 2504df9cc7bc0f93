public import EBMCore
internal import FileFormats

/// Rows of an array in a NumPy `.npz` archive, with classes from another one.
///
/// Stored arrays are read from disk batch by batch; compressed ones are unpacked in memory.
public struct NpzFile: FileDataset {
  public static let name = "npz-file"
  public static let summary = "Rows of an array in a NumPy .npz archive."
  public static let settings = [
    Setting("path", "the file", .text),
    Setting("array", "name of the array of points", .text),
    Setting("labels", "name of the array of classes, integers from 0; empty for none", .text),
    Setting("rows", "which rows are used", .group(RowSelection.settings)),
    Setting("values", "what becomes of the numbers", .group(RowValues.settings)),
  ]

  /// The file.
  public var path = ""
  /// Name of the array of points. `x`.
  public var array = "x"
  /// Name of the array of classes. None.
  public var labels = ""
  /// Which rows are used. All.
  public var rows = RowSelection()
  /// What becomes of the numbers. Nothing.
  public var values = RowValues()
  public var table: OpenTable?

  private enum CodingKeys: CodingKey { case path, array, labels, rows, values }

  public init() {}

  /// The rows of an array of a file.
  public init(
    _ path: String, array: String = "x", labels: String = "", rows: RowSelection = RowSelection(),
    values: RowValues = RowValues()
  ) {
    self.path = path
    self.array = array
    self.labels = labels
    self.rows = rows
    self.values = values
  }

  public func open() throws -> OpenTable {
    let file = try Npz(contentsOf: try url(path, "path"))
    let classes = labels.isEmpty ? nil : try file.rows(named: labels)
    return try OpenTable(try file.rows(named: array), labels: classes, selection: rows)
  }
}
