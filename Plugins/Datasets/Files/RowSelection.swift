public import EBMCore

/// Which rows of a file are used.
///
/// A seed puts the rows in a fixed random order; the last part of it, `testFraction` of all, is the test part, the rest
/// the training part. Of either, the first `count` may be taken.
public struct RowSelection: Configurable, Equatable {
  /// One of the two parts, or both.
  public enum Part: String, Codable, Sendable, CaseIterable {
    /// All rows.
    case all
    /// Rows to train on.
    case train
    /// Rows that training does not see.
    case test
  }

  /// What becomes of a row with a number that is not finite or does not fit single precision, or without a valid class.
  public enum Invalid: String, Codable, Sendable, CaseIterable {
    /// Reading ends with an error that names the row.
    case refuse
    /// Another row, drawn at random, stands in for it.
    case skip
  }

  @Setting("all rows, or those of the train or the test part") public var part = Part.all
  @Setting("part of the rows that are the test part", .range(0..<1)) public var testFraction = 0.1
  /// 0: the same split for everybody.
  @Setting("seed of the order in which rows are split", .integers(0...Int.max)) public var seed = 0
  /// 0: all.
  @Setting("use the first so many rows of the part; 0 for all", .integers(0...)) public var count = 0
  @Setting("rows with numbers that are not finite, or without a class: refuse to go on, or skip them")
  public var invalid = Invalid.refuse

  public init() {}

  /// The positions that are used in the order of the seed, out of `total` rows.
  func positions(of total: Int) -> Range<Int> {
    let test = Int((Double(total) * testFraction).rounded())
    let range =
      switch part {
      case .all: 0..<total
      case .train: 0..<(total - test)
      case .test: (total - test)..<total
      }
    return count == 0 ? range : range.lowerBound..<min(range.upperBound, range.lowerBound + count)
  }
}
