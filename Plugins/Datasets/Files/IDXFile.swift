public import EBMCore
internal import FileFormats

/// Images, or other arrays, in an IDX file, the format of MNIST, with classes from another one.
///
/// Files may be compressed with gzip; those that are not are read from disk batch by batch.
public struct IDXFile: FileDataset {
  public static let name = "idx-file"
  public static let summary = "Images in an IDX file, the format of MNIST."
  public static let settings = [
    Setting("path", "the file of points, such as train-images-idx3-ubyte.gz", .text),
    Setting("labels", "the file of classes, such as train-labels-idx1-ubyte.gz; empty for none", .text),
    Setting("rows", "which rows are used", .group(RowSelection.settings)),
    Setting("values", "what becomes of the numbers", .group(RowValues.settings)),
  ]

  /// The file of points.
  public var path = ""
  /// The file of classes. None.
  public var labels = ""
  /// Which rows are used. All.
  public var rows = RowSelection()
  /// What becomes of the numbers. Bytes to [0, 1].
  public var values = RowValues(scaling: .unit)
  public var table: OpenTable?

  private enum CodingKeys: CodingKey { case path, labels, rows, values }

  public init() {}

  /// The rows of a file.
  public init(
    _ path: String, labels: String = "", rows: RowSelection = RowSelection(),
    values: RowValues = RowValues(scaling: .unit)
  ) {
    self.path = path
    self.labels = labels
    self.rows = rows
    self.values = values
  }

  public func open() throws -> OpenTable {
    let classes = labels.isEmpty ? nil : try IDX.rows(of: try url(labels, "labels"))
    return try OpenTable(try IDX.rows(of: try url(path, "path")), labels: classes, selection: rows)
  }
}
