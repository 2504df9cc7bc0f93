#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Reads the binary version of the CIFAR images: 32 × 32 pixels of three colours, with their classes.
///
/// A record is the class (two bytes in CIFAR-100: the coarse, then the fine class), then 1,024 bytes each of red, green
/// and blue. Source: A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009, data set page.
public enum CIFAR {
  /// Which of the two sets a file belongs to.
  public enum Classes: Int, Sendable, CaseIterable {
    /// CIFAR-10.
    case ten = 10
    /// CIFAR-100, whose fine classes are read.
    case hundred = 100

    fileprivate var labelBytes: Int { self == .ten ? 1 : 2 }
  }

  private static let side = 32
  private static let imageBytes = 3 * side * side

  /// Opens a file of records, which are read when they are asked for.
  ///
  /// - Parameters:
  ///   - url: a file URL, such as `data_batch_1.bin` or `train.bin`.
  ///   - classes: which set it belongs to.
  /// - Returns: images with rows of shape [32, 32, 3], values 0…255, and classes with rows of shape [], values from 0.
  /// - Throws: `FileFormatError` if the file cannot be read or is not a whole number of records.
  public static func rows(
    of url: URL, classes: Classes
  ) throws(FileFormatError) -> (images: RowFile, labels: RowFile) {
    let file = try OpenFile(url)
    let record = classes.labelBytes + imageBytes
    guard file.size > 0, file.size % record == 0 else {
      let other: Classes = classes == .ten ? .hundred : .ten
      let isOther = file.size > 0 && file.size % (other.labelBytes + imageBytes) == 0
      throw FileFormatError(
        path: file.path, location: "size", found: "\(file.size) bytes",
        expected: "a multiple of \(record) bytes, a record of CIFAR-\(classes.rawValue)"
          + (isOther ? " (it may be CIFAR-\(other.rawValue))" : ""))
    }
    let count = file.size / record
    let images = RowFile(
      file, count: count, shape: [side, side, 3],
      layout: RowFile.Layout(start: classes.labelBytes, stride: record, type: .uint8, planes: 3))
    let labels = RowFile(
      file, count: count, shape: [],
      layout: RowFile.Layout(start: classes.labelBytes - 1, stride: record, type: .uint8))
    return (images, labels)
  }
}
