internal import EBMCore
internal import FileFormats

/// Values that a setting has to take or to refuse.
enum SettingExamples {
  /// What is no number of any interval.
  private static let notFinite: [JSONValue] = [.number(.nan), .number(.infinity), .number(-.infinity)]

  /// Values outside what is allowed; none for settings that take anything of their kind.
  ///
  /// - Parameter initial: the default, whose kind says what the range leaves open.
  static func refused(_ allowed: AllowedValues, like initial: JSONValue) -> [JSONValue] {
    switch allowed {
    case .any:
      let wrong: JSONValue = initial.stringValue == nil ? "text" : 1
      return initial.numberValue == nil ? [wrong] : [wrong] + notFinite
    case .flag: return ["yes", 1]
    case .text: return [3, true]
    case .oneOf(let words): return [.string((words.first ?? "") + "-not"), 3]
    case .integersBetween(let lower, let upper):
      var values: [JSONValue] = ["many"]
      if lower > .min { values.append(.integer(lower - 1)) }
      if upper < .max { values += [.integer(upper + 1), .integer(.max)] }
      if lower < upper { values.append(.number(Double(max(lower, -1_000)) + 0.5)) }
      return values
    case .numbers(let interval):
      var values: [JSONValue] = ["much"] + notFinite
      if interval.lower > -.infinity {
        values.append(.number(interval.lower - 1))
        if !interval.includesLower { values.append(.number(interval.lower)) }
      }
      if interval.upper < .infinity {
        values.append(.number(interval.upper + 1))
        if !interval.includesUpper { values.append(.number(interval.upper)) }
      }
      return values
    case .optional(let inner): return refused(inner, like: initial)
    case .component: return ["no-such-component", 3]
    case .list(let element, let count):
      var values: [JSONValue] = ["a list"]
      let example = initial.arrayValue?.first ?? .null
      let fitting = initial.arrayValue?.first ?? accepted(element, like: example).first
      if count.lowerBound > 0 { values.append(.array([])) }
      if let fitting {
        if count.upperBound < 1_000 {
          values.append(.array([JSONValue](repeating: fitting, count: count.upperBound + 1)))
        }
        let length = max(1, count.lowerBound)
        values += refused(element, like: example).prefix(2).map { wrong in
          .array([wrong] + [JSONValue](repeating: fitting, count: length - 1))
        }
      }
      return values
    case .group: return [3]
    }
  }

  /// Values that are allowed and differ from the default, where such are easily found.
  static func accepted(_ allowed: AllowedValues, like initial: JSONValue) -> [JSONValue] {
    switch allowed {
    case .any: return initial.numberValue == nil ? [] : accepted(.numbers(.all), like: initial)
    case .component, .list, .group: return []
    case .flag: return [.bool(initial.boolValue == false)]
    case .text: return [.string("text \"with\" \\ signs ✓")]
    case .oneOf(let words): return words.map(JSONValue.string).filter { $0 != initial }
    case .integersBetween(let lower, let upper):
      let start = initial.integerValue ?? max(lower, 1)
      return [start &+ 1, start &- 1, lower, upper < 1_000_000 ? upper : lower].filter {
        (lower...upper).contains($0) && $0 != start
      }
      .map(JSONValue.integer)
    case .numbers(let interval):
      let start = initial.numberValue ?? 1
      // Decimals that are the shortest of a number in single precision: what such settings print.
      return [start + 0.25, start * 0.5, start - 0.25, (interval.lower + interval.upper) / 2]
        .map { Double(Float($0).description) ?? $0 }.filter { $0.isFinite && interval.contains($0) && $0 != start }
        .prefix(2).map { initial.integerValue == nil || initial.isNumber ? .number($0) : .integer(Int($0.rounded())) }
    case .optional(let inner): return [.null] + accepted(inner, like: initial == .null ? 1.0 : initial)
    }
  }
}

extension NumberInterval {
  /// Any number.
  fileprivate static let all = NumberInterval(
    lower: -.infinity, includesLower: false, upper: .infinity, includesUpper: false)
}

extension JSONValue {
  /// Whether this is a number that was not written as an integer.
  fileprivate var isNumber: Bool {
    if case .number = self { true } else { false }
  }
}
