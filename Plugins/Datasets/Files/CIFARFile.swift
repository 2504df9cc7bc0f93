public import EBMCore
internal import FileFormats

/// Images of CIFAR-10 or CIFAR-100 in the binary version, `[32, 32, 3]`, with their classes.
///
/// Several files are used as one, such as `data_batch_1.bin` to `data_batch_5.bin`. They are read from disk batch by
/// batch.
public struct CIFARFile: FileDataset {
  public static let name = "cifar-file"
  public static let summary = "Images of CIFAR-10 or CIFAR-100, binary version."

  @Setting("the files", .list(of: .text)) public var paths: [String] = []
  @Setting("10 for CIFAR-10, 100 for CIFAR-100 with its fine classes", .integers(10...100)) public var classes = 10
  @Setting("which images are used") public var rows = RowSelection()
  @Setting("what becomes of the numbers") public var values = RowValues { $0.scaling = .signed }
  public var table: OpenTable?

  private enum CodingKeys: CodingKey { case paths, classes, rows, values }

  public init() {}

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
