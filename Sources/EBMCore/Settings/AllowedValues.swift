/// Which values a setting takes.
///
/// What `any`, the number ranges and the lists do not say, the default value does: a setting whose default is
/// an integer takes integers only.
public indirect enum AllowedValues: Sendable {
  /// Any value of the same kind as the default.
  case any
  /// `true` or `false`.
  case flag
  /// Any text.
  case text
  /// A number in an interval.
  case numbers(NumberInterval)
  /// An integer between two, both included.
  case integersBetween(Int, Int)
  /// One of these words.
  case oneOf([String])
  /// A component of that family.
  case component(ComponentFamily)
  /// A list whose elements are of one kind, and how many there may be.
  case list(AllowedValues, count: ClosedRange<Int>)
  /// `null`, or something else.
  case optional(AllowedValues)
  /// An object with settings of its own.
  case group([SettingDescription])
}

extension AllowedValues {
  /// A number above 0.
  public static var positive: AllowedValues {
    .numbers(NumberInterval(lower: 0, includesLower: false, upper: .infinity, includesUpper: false))
  }

  /// Any number.
  public static var finite: AllowedValues { .above(-.infinity) }

  /// A number, this one or a larger one.
  ///
  /// - Parameter lower: the least number allowed.
  public static func atLeast(_ lower: Double) -> AllowedValues {
    .numbers(NumberInterval(lower: lower, includesLower: true, upper: .infinity, includesUpper: false))
  }

  /// A number larger than this one.
  ///
  /// - Parameter lower: a number below all that are allowed.
  public static func above(_ lower: Double) -> AllowedValues {
    .numbers(NumberInterval(lower: lower, includesLower: false, upper: .infinity, includesUpper: false))
  }

  /// A number between two, both included.
  ///
  /// - Parameter range: the numbers allowed.
  public static func range(_ range: ClosedRange<Double>) -> AllowedValues {
    .numbers(
      NumberInterval(lower: range.lowerBound, includesLower: true, upper: range.upperBound, includesUpper: true))
  }

  /// A number between two, the lower included, the upper not.
  ///
  /// - Parameter range: the numbers allowed.
  public static func range(_ range: Range<Double>) -> AllowedValues {
    .numbers(
      NumberInterval(lower: range.lowerBound, includesLower: true, upper: range.upperBound, includesUpper: false))
  }

  /// The largest integer of a setting that names no bound of its own, 2³¹ − 1: more of anything than a model can have,
  /// and two such numbers can be multiplied.
  public static let largestCount = Int(Int32.max)

  /// An integer, this one or a larger one, up to ``largestCount``: `.integers(1...)`.
  ///
  /// - Parameter range: the integers allowed.
  public static func integers(_ range: PartialRangeFrom<Int>) -> AllowedValues {
    .integersBetween(range.lowerBound, largestCount)
  }

  /// An integer in a range: `.integers(1...8)`.
  ///
  /// - Parameter range: the integers allowed.
  public static func integers(_ range: ClosedRange<Int>) -> AllowedValues {
    .integersBetween(range.lowerBound, range.upperBound)
  }

  /// Whether it takes a component, perhaps among others.
  package var isComponent: Bool {
    switch self {
    case .component: true
    case .optional(let inner): inner.isComponent
    case .list(let element, _): element.isComponent
    default: false
    }
  }

  /// A list of any length: `.list(of: .positive)`.
  ///
  /// - Parameter element: what each element may be.
  public static func list(of element: AllowedValues) -> AllowedValues { .list(element, count: 0...Int.max) }

  /// A list with a least length: `.list(of: .integers(1...), count: 1...)`.
  ///
  /// - Parameters:
  ///   - element: what each element may be.
  ///   - count: how many elements there may be.
  public static func list(of element: AllowedValues, count: PartialRangeFrom<Int>) -> AllowedValues {
    .list(element, count: count.lowerBound...Int.max)
  }

  /// A list with a length in a range.
  ///
  /// - Parameters:
  ///   - element: what each element may be.
  ///   - count: how many elements there may be.
  public static func list(of element: AllowedValues, count: ClosedRange<Int>) -> AllowedValues {
    .list(element, count: count)
  }
}

/// The numbers between two bounds, each of which may belong to them or not.
public struct NumberInterval: Sendable, Equatable {
  /// The lower bound; −∞ for none.
  public let lower: Double
  /// Whether the lower bound is allowed itself.
  public let includesLower: Bool
  /// The upper bound; ∞ for none.
  public let upper: Double
  /// Whether the upper bound is allowed itself.
  public let includesUpper: Bool

  /// The numbers between two bounds.
  ///
  /// - Parameters:
  ///   - lower: the lower bound; −∞ for none.
  ///   - includesLower: whether it is allowed itself.
  ///   - upper: the upper bound; ∞ for none.
  ///   - includesUpper: whether it is allowed itself.
  /// - Precondition: the lower bound is not above the upper one.
  public init(lower: Double, includesLower: Bool, upper: Double, includesUpper: Bool) {
    precondition(lower <= upper, "a NumberInterval runs upwards, found \(lower) to \(upper)")
    self.lower = lower
    self.includesLower = includesLower
    self.upper = upper
    self.includesUpper = includesUpper
  }

  /// Whether a number lies inside. A NaN does not.
  ///
  /// - Parameter value: the number.
  public func contains(_ value: Double) -> Bool {
    (value > lower || (includesLower && value == lower)) && (value < upper || (includesUpper && value == upper))
  }
}
