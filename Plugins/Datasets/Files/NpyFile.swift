public import EBMCore
internal import FileFormats

/// Rows of an array in a NumPy `.npy` file, whose first axis counts the rows.
///
/// Arrays in C order are read from disk batch by batch and may be larger than memory.
public struct NpyFile: FileDataset {
  public static let name = "npy-file"
  public static let summary = "Rows of an array in a NumPy .npy file."

  @Setting("the file", .text) public var path = ""
  @Setting("which rows are used") public var rows = RowSelection()
  @Setting("what becomes of the numbers") public var values = RowValues()
  public var table: OpenTable?

  private enum CodingKeys: CodingKey { case path, rows, values }

  public init() {}

  public func open() throws -> OpenTable {
    try OpenTable(try Npy.rows(of: try url(path, "path")), labels: nil, selection: rows)
  }
}
