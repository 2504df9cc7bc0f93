internal import EBMCore
internal import FileFormats

/// A setting with another value than the component's own, for checks of what depends on it.
struct SettingChange {
  /// The setting's keys, from the component's table inwards.
  let path: [String]
  let value: JSONValue
  /// Whether it may take another branch, as flags, options and parts do: such a change is examined alone. Numbers, of which
  /// few choose branches, are changed together.
  let isBranch: Bool

  /// `friction`, `rows.count`.
  var key: String { path.joined(separator: ".") }

  /// The component in a recipe's form with this change.
  func applied(to component: JSONObject) -> JSONObject { Self.replacing(path[...], in: component, value) }

  private static func replacing(_ path: ArraySlice<String>, in object: JSONObject, _ value: JSONValue) -> JSONObject {
    guard let key = path.first else { return object }
    var changed = object
    changed[key] =
      path.count == 1 ? value : .object(replacing(path.dropFirst(), in: object[key]?.objectValue ?? [:], value))
    return changed
  }

  /// The changes that a table of settings suggests: the other options, the ends of ranges and values inside.
  ///
  /// - Parameters:
  ///   - settings: the table.
  ///   - object: the component's own values.
  ///   - registry: where other parts are found.
  static func all(_ settings: [SettingDescription], of object: JSONObject, registry: ComponentRegistry)
    -> [SettingChange]
  {
    settings.flatMap { setting -> [SettingChange] in
      let initial = object[setting.key] ?? .null
      if case .group(let inner) = setting.allowed {
        return all(inner, of: initial.objectValue ?? [:], registry: registry).map {
          SettingChange(path: [setting.key] + $0.path, value: $0.value, isBranch: $0.isBranch)
        }
      }
      let (values, isBranch) = values(setting.allowed, like: initial, registry: registry)
      var known = [initial]
      return values.compactMap { value in
        if known.contains(value) { return nil }
        known.append(value)
        return SettingChange(path: [setting.key], value: value, isBranch: isBranch)
      }
    }
  }

  /// Parts that are tried in the place of the one that is there.
  private static let partsTried = 2
  /// Ends of ranges of integers beyond which checks would take long.
  private static let largestCount = 64
  /// How many times the default an end may be, or the default an end: beyond, numbers lose the digits that checks compare.
  private static let largestFactor = 3.0

  private static func values(
    _ allowed: AllowedValues, like initial: JSONValue, registry: ComponentRegistry
  ) -> (values: [JSONValue], isBranch: Bool) {
    switch allowed {
    case .flag: return ([.bool(initial.boolValue == false)], true)
    case .oneOf(let words): return (words.map(JSONValue.string), true)
    case .integersBetween(let lower, let upper):
      let start = initial.integerValue ?? max(lower, 1)
      let inside = min(upper, max(lower, 2 * min(start, AllowedValues.largestCount) + 1))
      return (([lower, inside] + (upper <= largestCount ? [upper] : [])).map(JSONValue.integer), false)
    case .numbers(let interval):
      let start = initial.numberValue ?? 1
      let ends = [(interval.lower, interval.includesLower), (interval.upper, interval.includesUpper)]
        .filter { $0.1 && isNear($0.0, start) }.map(\.0)
      let inside = (start == 0 ? [0.5, -0.5] : [0.5 * start, 2 * start]).filter(interval.contains)
      return ((ends + inside).map { initial.isInteger ? .integer(Int($0.rounded())) : .number($0) }, false)
    case .any:
      guard let start = initial.numberValue, !initial.isInteger else { return ([], false) }
      return ([.number(start + 0.5), .number(start - 0.25)], false)
    case .optional(let inner):
      let example: JSONValue = if case .component = inner { .null } else { 1.0 }
      let (values, _) = values(inner, like: initial == .null ? example : initial, registry: registry)
      return ([.null] + values, true)
    case .component(let family):
      let others = registry.entries(in: family).map(\.name).filter { .string($0) != initial["type"] }
      return (others.prefix(partsTried).map(JSONValue.string), true)
    case .list(let element, _): return (lists(of: element, like: initial.arrayValue ?? []), true)
    case .text, .group: return ([], false)
    }
  }

  private static func isNear(_ end: Double, _ start: Double) -> Bool {
    if end == 0 || abs(end) == 1 || start == 0 { return abs(end) <= 1 }
    return (1 / largestFactor...largestFactor).contains(abs(end / start))
  }

  /// Lists like one: shorter, longer, of other numbers. What does not fit the component is left out later.
  private static func lists(of element: AllowedValues, like initial: [JSONValue]) -> [JSONValue] {
    if initial.isEmpty {
      switch element {
      // A number for each coordinate of the plane, or a matrix of them.
      case .numbers: return [[0.5, 2.0], [2.0, 0.6, 0.6, 0.5]]
      case .integersBetween: return [[0], [1, 2, 3]]
      default: return []
      }
    }
    var lists: [JSONValue] = [.array(initial.dropLast())]
    let numbers = initial.compactMap(\.numberValue)
    guard numbers.count == initial.count, let last = numbers.last else { return lists }
    func list(_ numbers: [Double]) -> JSONValue {
      .array(numbers.map { initial[0].isInteger ? .integer(Int($0)) : .number($0) })
    }
    lists += [list(numbers + [2 * last]), list(numbers.map { 0.5 * $0 })]
    return lists
  }
}
