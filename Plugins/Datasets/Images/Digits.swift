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
  public static let settings = [
    Setting("rows", "which images are used", .group(RowSelection.settings)),
    Setting("values", "what becomes of the grey levels 0 to 16", .group(RowValues.settings)),
  ]

  /// Which images are used. All.
  public var rows = RowSelection()
  /// What becomes of the grey levels. 0…16 to [−1, 1].
  public var values = RowValues(scaling: .signed, maximum: 16)
  public var table: OpenTable?

  private enum CodingKeys: CodingKey { case rows, values }

  public init() {}

  /// A part of the digits.
  public init(
    rows: RowSelection = RowSelection(), values: RowValues = RowValues(scaling: .signed, maximum: 16)
  ) {
    self.rows = rows
    self.values = values
  }

  public func open() throws -> OpenTable {
    let folder = Bundle.module.bundleURL.appendingPathComponent("Resources")
    let images = try IDX.rows(of: folder.appendingPathComponent("optdigits-images.idx3-ubyte"))
    let labels = try IDX.rows(of: folder.appendingPathComponent("optdigits-labels.idx1-ubyte"))
    return try OpenTable(images, labels: labels, classes: 10, selection: rows)
  }
}
