public import EBMCore
internal import FileFormats
private import Foundation

/// 1,797 handwritten digits of 8 × 8 pixels, which come with the framework: images `[8, 8, 1]` of 17 grey levels, class
/// d + 1 for the digit d.
///
/// Source: Alpaydin & Kaynak, *Optical recognition of handwritten digits*, UCI machine learning repository, 1998 (its
/// test part), CC BY 4.0.
public struct Digits: FileDataset {
  public static let name = "digits"
  public static let summary = "1,797 handwritten digits of 8 × 8 pixels, with classes; bundled."

  @Setting("which images are used") public var rows = RowSelection()
  @Setting("what becomes of the grey levels 0 to 16") public var values = RowValues {
    $0.scaling = .signed
    $0.maximum = 16
  }
  public var table: OpenTable?

  private enum CodingKeys: CodingKey { case rows, values }

  public init() {}

  public func open() throws -> OpenTable {
    let folder = Bundle.module.bundleURL.appendingPathComponent("Resources")
    let images = try IDX.rows(of: folder.appendingPathComponent("optdigits-images.idx3-ubyte"))
    let labels = try IDX.rows(of: folder.appendingPathComponent("optdigits-labels.idx1-ubyte"))
    return try OpenTable(images, labels: labels, classes: 10, selection: rows)
  }
}
