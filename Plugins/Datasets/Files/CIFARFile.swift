public import EBMCore
public import FileFormats

/// Images of CIFAR-10 or CIFAR-100 in the binary version, `[32, 32, 3]`, with their classes.
///
/// Several files are used as one, such as `data_batch_1.bin` to `data_batch_5.bin`. They are read from disk batch by
/// batch.
public struct CIFARFile: FileDataset {
  public static let name = "cifar-file"
  public static let summary = "Images of CIFAR-10 or CIFAR-100, binary version."
  public static let settings = [
    Setting("paths", "the files", .list(of: .text)),
    Setting("classes", "10 for CIFAR-10, 100 for CIFAR-100 with its fine classes", .integers(10...100)),
    Setting("rows", "which images are used", .group(RowSelection.settings)),
    Setting("values", "what becomes of the numbers", .group(RowValues.settings)),
  ]

  /// The files.
  public var paths: [String] = []
  /// 10 or 100. 10.
  public var classes = 10
  /// Which images are used. All.
  public var rows = RowSelection()
  /// What becomes of the numbers. Bytes to [−1, 1].
  public var values = RowValues(scaling: .signed)
  public var table: OpenTable?

  private enum CodingKeys: CodingKey { case paths, classes, rows, values }

  public init() {}

  /// The images of some files.
  public init(
    _ paths: [String], classes: CIFAR.Classes = .ten, rows: RowSelection = RowSelection(),
    values: RowValues = RowValues(scaling: .signed)
  ) {
    self.paths = paths
    self.classes = classes.rawValue
    self.rows = rows
    self.values = values
  }

  public func conflicts() -> [String] {
    CIFAR.Classes(rawValue: classes) == nil ? ["classes \(classes) is neither 10 nor 100"] : []
  }

  public func open() throws -> OpenTable {
    guard let classes = CIFAR.Classes(rawValue: classes) else {
      throw ConfigurationError(path: "dataset.classes", found: "\(classes)", expected: "10 or 100")
    }
    let files = try (paths.isEmpty ? [""] : paths).map { try CIFAR.rows(of: try url($0, "paths"), classes: classes) }
    let images = try RowFile(joining: files.map(\.images))
    let labels = try RowFile(joining: files.map(\.labels))
    return try OpenTable(images, labels: labels, classes: classes.rawValue, selection: rows)
  }
}
