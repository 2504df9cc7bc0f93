public import EBMCore
internal import FileFormats

/// Images, or other arrays, in an IDX file, the format of MNIST, with classes from another one.
///
/// Files may be compressed with gzip; those that are not are read from disk batch by batch.
public struct IDXFile: FileDataset {
  public static let name = "idx-file"
  public static let summary = "Images in an IDX file, the format of MNIST."

  @Setting("the file of points, such as train-images-idx3-ubyte.gz", .text) public var path = ""
  @Setting("the file of classes, such as train-labels-idx1-ubyte.gz; empty for none", .text) public var labels = ""
  @Setting("which rows are used") public var rows = RowSelection()
  @Setting("what becomes of the numbers") public var values = RowValues { $0.scaling = .unit }
  public var table: OpenTable?

  private enum CodingKeys: CodingKey { case path, labels, rows, values }

  public init() {}

  public func open() throws -> OpenTable {
    let classes = labels.isEmpty ? nil : try IDX.rows(of: try url(labels, "labels"))
    return try OpenTable(try IDX.rows(of: try url(path, "path")), labels: classes, selection: rows)
  }
}
