internal import FileFormats

extension Configurable {
  /// What is wrong with the settings as they are: values that are not allowed, and such that do not go together. What was
  /// read from a recipe has been asked this already; what was written in Swift has not.
  ///
  /// - Parameter path: where the value stands, for messages.
  func settingProblems(at path: String) -> [ConfigurationProblem] {
    let encoded: JSONValue
    do throws(ConfigurationError) { encoded = try JSONValue(encoding: self, path: path) } catch {
      return error.problems
    }
    var resolver = SettingsResolver(registry: ComponentRegistry())
    for setting in Self.settings where !setting.allowed.isComponent {
      guard let value = encoded[setting.key] else { continue }
      _ = resolver.value(value, over: value, allowed: setting.allowed, path: joinedPath(path, setting.key))
    }
    var problems = resolver.problems
    if problems.isEmpty { problems = conflicts().map { ConfigurationProblem(path: path, what: $0) } }
    guard let component = self as? any Component else { return problems }
    for part in component.heldParts { problems += part.component.settingProblems(at: joinedPath(path, part.key)) }
    return problems
  }
}
