internal import FileFormats

/// Lays what a user wrote over the defaults, checks it against the tables of settings, and collects every problem.
///
/// Its results are complete and normal: each key present, in the order of the defaults, integers and numbers
/// written as such, components as objects that begin with `type`.
struct SettingsResolver {
  let registry: ComponentRegistry
  private(set) var problems: [ConfigurationProblem] = []

  init(registry: ComponentRegistry) { self.registry = registry }

  /// An object's settings over their defaults.
  ///
  /// - Parameters:
  ///   - written: what the user wrote.
  ///   - defaults: every key with its default.
  ///   - settings: the table.
  ///   - owner: what has these settings, for messages: `sampler.mala`.
  ///   - path: where the object stands.
  mutating func object(
    _ written: JSONObject, over defaults: JSONObject, settings: [SettingDescription], owner: String, path: String
  ) -> JSONObject {
    var result = defaults
    for (key, value) in written.members {
      let place = joinedPath(path, key)
      guard let setting = settings.first(where: { $0.key == key }), let initial = defaults[key] else {
        problems.append(
          ConfigurationProblem(
            unknown: key, path: place, what: "no such setting of \(owner)", known: settings.map(\.key)))
        continue
      }
      result[key] = self.value(value, over: initial, allowed: setting.allowed, path: place)
    }
    return result
  }

  /// One setting's value, checked; the default again when it is not allowed.
  mutating func value(
    _ written: JSONValue, over initial: JSONValue, allowed: AllowedValues, path: String
  ) -> JSONValue {
    var accepted: JSONValue?
    switch allowed {
    case .any:
      accepted = written.converted(like: initial).flatMap { $0.numberValue?.isFinite == false ? nil : $0 }
        .flatMap { isCountable($0) ? $0 : nil }
    case .flag: accepted = written.boolValue.map(JSONValue.bool)
    case .text:
      // The system's calls end a path at a NUL: another file than the one that is shown.
      accepted = written.stringValue.flatMap { $0.utf8.contains(0) ? nil : .string($0) }
    case .oneOf(let words): accepted = written.stringValue.flatMap { words.contains($0) ? .string($0) : nil }
    case .integersBetween(let lower, let upper):
      accepted = written.integerValue.flatMap { (lower...upper).contains($0) ? .integer($0) : nil }
    case .numbers(let interval):
      let number = written.converted(like: initial.isInteger ? initial : .number(0))
      accepted = number.flatMap { interval.contains($0.numberValue ?? .nan) && isCountable($0) ? $0 : nil }
    case .optional(let inner):
      if written == .null { return .null }
      let known = problems.count
      let result = value(written, over: initial, allowed: inner, path: path)
      for index in problems.indices.dropFirst(known) where problems[index].path == path {
        problems[index].expected = problems[index].expected.map { "null or \($0)" }
      }
      return result
    case .component(let family): return component(written, over: initial, family: family, path: path)
    case .list(let element, let count):
      if let elements = written.arrayValue, count.contains(elements.count) {
        return .array(list(elements, like: initial, allowed: element, path: path))
      }
    case .group(let settings):
      if let object = written.objectValue {
        return .object(
          self.object(object, over: initial.objectValue ?? [:], settings: settings, owner: path, path: path))
      }
    }
    if let accepted { return accepted }
    var nearest: String?
    if case .oneOf(let words) = allowed, let word = written.stringValue {
      nearest = nearestName(to: word, among: words)
    }
    problems.append(
      ConfigurationProblem(
        path: path, found: written.excerpt, expected: allowed.expectation(for: written, like: initial),
        nearest: nearest))
    return initial
  }

  /// Whether a value, if it is an integer, is one of those that can be multiplied.
  private func isCountable(_ value: JSONValue) -> Bool {
    if case .integer(let integer) = value { integer.magnitude <= AllowedValues.largestCount } else { true }
  }

  private mutating func list(
    _ elements: [JSONValue], like initial: JSONValue, allowed: AllowedValues, path: String
  ) -> [JSONValue] {
    elements.indices.map { index in
      // A component in a list has no default at its place: its settings start from those of its type.
      var example = initial.arrayValue?.first ?? .null
      if case .component = allowed { example = .null }
      return value(elements[index], over: example, allowed: allowed, path: joinedPath(path, String(index)))
    }
  }

  /// A component: a name, or an object with `type` and settings. Without `type`, or with the default's, the
  /// settings are laid over the default's; another type starts from its own defaults.
  ///
  /// - Parameters:
  ///   - written: what the user wrote.
  ///   - initial: the complete component that is there by default, or `null`.
  ///   - family: the family the component has to be of.
  ///   - path: where it stands.
  mutating func component(
    _ written: JSONValue, over initial: JSONValue, family: ComponentFamily, path: String
  ) -> JSONValue {
    var object: JSONObject
    switch written {
    case .string(let name): object = [componentTypeKey: .string(name)]
    case .object(let members): object = members
    default:
      problems.append(
        ConfigurationProblem(
          path: path, found: written.excerpt, expected: "\(family.phrase): its name, or an object with \"type\""))
      return initial
    }
    let initialType = initial[componentTypeKey]
    guard let type = object[componentTypeKey] ?? initialType else {
      let known = family.members.flatMap { registry.entries(in: $0) }.map(\.name).joined(separator: ", ")
      problems.append(
        ConfigurationProblem(
          path: joinedPath(path, componentTypeKey), what: "the type of \(family.phrase) is missing",
          expected: known.isEmpty ? nil : "one of \(known)"))
      return initial
    }
    guard let name = type.stringValue else {
      problems.append(
        ConfigurationProblem(
          path: joinedPath(path, componentTypeKey), found: type.excerpt, expected: "the name of \(family.phrase)"))
      return initial
    }
    do throws(ConfigurationError) {
      let entry = try registry.entry(family, name, at: path)
      // Nested defaults are encoded components: complete already, but of types that the registry may not know.
      var defaults = entry.defaults
      if type == initialType, let initial = initial.objectValue { defaults = initial }
      defaults[componentTypeKey] = nil
      object[componentTypeKey] = nil
      let settings = self.object(
        object, over: defaults, settings: entry.settings, owner: entry.fullName, path: path)
      return .object(JSONObject([(componentTypeKey, type)] + settings.members.map { ($0.key, $0.value) }))
    } catch {
      problems += error.problems
      return initial
    }
  }

  /// A plain value with settings.
  mutating func plain<C: Configurable>(
    _ written: JSONValue, as type: C.Type, path: String
  ) -> JSONValue {
    do throws(ConfigurationError) {
      let defaults = try JSONValue(encoding: C(), path: path)
      return value(written, over: defaults, allowed: .group(C.settings), path: path)
    } catch {
      problems += error.problems
      return .null
    }
  }

  mutating func add(_ problem: ConfigurationProblem) { problems.append(problem) }

  mutating func add(_ error: ConfigurationError) { problems += error.problems }
}

/// The member of an encoded component that holds its name.
package let componentTypeKey = "type"

extension JSONValue {
  /// The value as the same kind of value as an example, or nil when it is of another kind. Anything is like `null`.
  fileprivate func converted(like example: JSONValue) -> JSONValue? {
    switch example {
    case .null: self
    case .bool: boolValue.map(JSONValue.bool)
    case .integer: integerValue.map(JSONValue.integer)
    case .number: numberValue.map(JSONValue.number)
    case .string: stringValue.map(JSONValue.string)
    case .array: arrayValue.map(JSONValue.array)
    case .object: objectValue.map(JSONValue.object)
    }
  }
}
