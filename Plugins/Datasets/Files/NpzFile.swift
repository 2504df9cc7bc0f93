public import EBMCore
internal import FileFormats

/// Rows of an array in a NumPy `.npz` archive, with classes from another one.
///
/// Stored arrays are read from disk batch by batch; compressed ones are unpacked in memory.
public struct NpzFile: FileDataset {
  public static let name = "npz-file"
  public static let summary = "Rows of an array in a NumPy .npz archive."

  @Setting("the file", .text) public var path = ""
  @Setting("name of the array of points", .text) public var array = "x"
  @Setting("name of the array of classes, integers from 0; empty for none", .text) public var labels = ""
  @Setting("which rows are used") public var rows = RowSelection()
  @Setting("what becomes of the numbers") public var values = RowValues()
  public var table: OpenTable?

  private enum CodingKeys: CodingKey { case path, array, labels, rows, values }

  public init() {}

  public func open() throws -> OpenTable {
    let file = try Npz(contentsOf: try url(path, "path"))
    let classes = labels.isEmpty ? nil : try file.rows(named: labels)
    return try OpenTable(try file.rows(named: array), labels: classes, selection: rows)
  }
}
