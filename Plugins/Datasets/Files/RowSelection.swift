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

  /// The table of settings.
  public static let settings = [
    Setting("part", "all rows, or those of the train or the test part", .oneOf(Part.allCases.map(\.rawValue))),
    Setting("testFraction", "part of the rows that are the test part", .range(0..<1)),
    Setting("seed", "seed of the order in which rows are split", .integers(0...Int.max)),
    Setting("count", "use the first so many rows of the part; 0 for all", .integers(0...)),
    Setting(
      "invalid", "rows with numbers that are not finite, or without a class: refuse to go on, or skip them",
      .oneOf(Invalid.allCases.map(\.rawValue))),
  ]

  /// All rows.
  public var part = Part.all
  /// Part of the rows that are the test part. 0.1.
  public var testFraction = 0.1
  /// Seed of the order in which rows are split. 0: the same split for everybody.
  public var seed = 0
  /// Rows that are used, the first of the part. 0: all.
  public var count = 0
  /// What becomes of rows that cannot be used. Refused.
  public var invalid = Invalid.refuse

  public init() {}

  /// A part of the rows.
  public init(
    part: Part = .all, testFraction: Double = 0.1, seed: Int = 0, count: Int = 0, invalid: Invalid = .refuse
  ) {
    self.part = part
    self.testFraction = testFraction
    self.seed = seed
    self.count = count
    self.invalid = invalid
  }

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
