public import EBMCore
internal import FileFormats

/// Rows of an array in a NumPy `.npy` file, whose first axis counts the rows.
///
/// Arrays in C order are read from disk batch by batch and may be larger than memory.
public struct NpyFile: FileDataset {
  public static let name = "npy-file"
  public static let summary = "Rows of an array in a NumPy .npy file."
  public static let settings = [
    Setting("path", "the file", .text),
    Setting("rows", "which rows are used", .group(RowSelection.settings)),
    Setting("values", "what becomes of the numbers", .group(RowValues.settings)),
  ]

  /// The file.
  public var path = ""
  /// Which rows are used. All.
  public var rows = RowSelection()
  /// What becomes of the numbers. Nothing.
  public var values = RowValues()
  public var table: OpenTable?

  private enum CodingKeys: CodingKey { case path, rows, values }

  public init() {}

  /// The rows of a file.
  public init(_ path: String, rows: RowSelection = RowSelection(), values: RowValues = RowValues()) {
    self.path = path
    self.rows = rows
    self.values = values
  }

  public func open() throws -> OpenTable {
    try OpenTable(try Npy.rows(of: try url(path, "path")), labels: nil, selection: rows)
  }
}
