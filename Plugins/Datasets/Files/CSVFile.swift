public import EBMCore
internal import FileFormats
internal import Tensors

/// Rows of a table of numbers in text, separated by commas, semicolons, tabs or spaces, with or without a header.
public struct CSVFile: FileDataset {
  public static let name = "csv-file"
  public static let summary = "Rows of a table of numbers in text."

  @Setting("the file", .text) public var path = ""
  /// 0: none.
  @Setting("column of the classes, integers from 0, counted from 1; 0 for none", .integers(0...))
  public var labelColumn = 0
  @Setting("which rows are used") public var rows = RowSelection()
  @Setting("what becomes of the numbers") public var values = RowValues()
  public var table: OpenTable?

  private enum CodingKeys: CodingKey { case path, labelColumn, rows, values }

  public init() {}

  public func open() throws -> OpenTable {
    let all = try CSV.read(contentsOf: try url(path, "path")).table
    guard labelColumn > 0 else { return try OpenTable(RowFile(all, path: path), labels: nil, selection: rows) }
    let width = all.shape[1]
    guard labelColumn <= width, width > 1 else {
      throw ConfigurationError(
        path: "dataset.labelColumn", found: "\(labelColumn)", expected: "a column of \(path), which has \(width)")
    }
    let column = labelColumn - 1
    let points = Tensor.concatenated(
      [all.sliced(alongAxis: 1, 0..<column), all.sliced(alongAxis: 1, labelColumn..<width)], alongAxis: 1)
    let classes = all.sliced(alongAxis: 1, column..<labelColumn)
    return try OpenTable(
      RowFile(points, path: path), labels: RowFile(classes, path: "\(path), column \(labelColumn)"), selection: rows)
  }
}
