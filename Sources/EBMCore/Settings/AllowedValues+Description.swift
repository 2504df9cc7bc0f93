public import FileFormats

extension AllowedValues {
  /// What a message says is expected where something else was found: the allowed values, or their upper bound where what
  /// was found is above one that ``description(like:)`` leaves out.
  ///
  /// - Parameters:
  ///   - found: what was written.
  ///   - example: the setting's default.
  package func expectation(for found: JSONValue, like example: JSONValue) -> String {
    switch self {
    case .integersBetween(_, let upper) where isTooLarge(found, upper): "an integer, at most \(upper)"
    case .any where example.isInteger && isTooLarge(found, Self.largestCount),
      .numbers where example.isInteger && isTooLarge(found, Self.largestCount):
      "an integer, at most \(Self.largestCount)"
    case .any where found.numberValue?.isFinite == false: "a finite number"
    case .optional(let inner): "null or \(inner.expectation(for: found, like: example))"
    case .text where found.stringValue != nil: "text without the character NUL"
    default: description(like: example)
    }
  }

  private func isTooLarge(_ found: JSONValue, _ upper: Int) -> Bool {
    let isOpen = upper == .max || upper == Self.largestCount
    return isOpen && found.numberValue.map { $0 == $0.rounded() && $0 >= Double(upper) } ?? false
  }

  /// The allowed values in words, as messages and tables show them: `an integer, at least 1`.
  ///
  /// - Parameter example: the setting's default, whose kind says what the range leaves open.
  /// - Returns: a noun phrase.
  public func description(like example: JSONValue) -> String {
    switch self {
    case .any: example.kind
    case .flag: "true or false"
    case .text: "text"
    case .numbers(let interval): example.isInteger ? interval.phrase("an integer") : interval.phrase("a number")
    case .integersBetween(.min, .max): "an integer"
    case .integersBetween(let lower, .max), .integersBetween(let lower, Self.largestCount):
      "an integer, at least \(lower)"
    case .integersBetween(let lower, let upper): "an integer from \(lower) to \(upper)"
    case .oneOf(let words): "one of \(words.joined(separator: ", "))"
    case .component(let family): family.phrase
    case .list(let element, let count):
      "a list\(Self.phrase(count)), each element \(element.description(like: example.arrayValue?.first ?? .null))"
    case .optional(let inner): "null or \(inner.description(like: example))"
    case .group(let settings): "an object with \(settings.map(\.key).joined(separator: ", "))"
    }
  }

  private static func phrase(_ count: ClosedRange<Int>) -> String {
    switch (count.lowerBound, count.upperBound) {
    case (0, .max): ""
    case (let lower, .max): " of at least \(lower)"
    case (let lower, let upper) where lower == upper: " of \(lower)"
    case (let lower, let upper): " of \(lower) to \(upper)"
    }
  }
}

extension NumberInterval {
  /// `a number above 0`, `a number in [0, 1)`.
  fileprivate func phrase(_ noun: String) -> String {
    switch (lower, upper) {
    case (-.infinity, .infinity): return noun
    case (_, .infinity): return includesLower ? "\(noun), at least \(short(lower))" : "\(noun) above \(short(lower))"
    case (-.infinity, _): return includesUpper ? "\(noun), at most \(short(upper))" : "\(noun) below \(short(upper))"
    default:
      return "\(noun) in \(includesLower ? "[" : "(")\(short(lower)), \(short(upper))\(includesUpper ? "]" : ")")"
    }
  }

  /// 0 instead of 0.0.
  private func short(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? value.description }
}

extension JSONValue {
  /// Whether this is an integer, not another number without a fraction.
  package var isInteger: Bool {
    if case .integer = self { true } else { false }
  }

  /// What kind of value this is, in words.
  var kind: String {
    switch self {
    case .null: "a value"
    case .bool: "true or false"
    case .integer: "an integer"
    case .number: "a number"
    case .string: "text"
    case .array: "a list"
    case .object: "an object"
    }
  }
}
