internal import FileFormats

extension ComponentRegistry {
  /// What is wrong with a name and its summary.
  func nameProblems(_ name: String, summary: String, path: String) -> [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    if !isKebabCase(name) {
      problems.append(
        ConfigurationProblem(
          path: path, what: "malformed name", found: "\"\(name)\"",
          expected: "lower-case letters and digits in words joined by hyphens, such as my-sampler"))
    }
    if summary.isEmpty || summary.contains(where: \.isNewline) {
      problems.append(ConfigurationProblem(path: path, found: "\"\(summary)\"", expected: "a summary of one line"))
    }
    return problems
  }

  /// What is wrong with a component's settings: they have to be all that it encodes, and to allow the defaults.
  func tableProblems(
    of settings: [SettingDescription], defaults: JSONValue, path: String
  ) -> [ConfigurationProblem] {
    guard let encoded = defaults.objectValue else {
      return [ConfigurationProblem(path: path, what: "a component encodes to an object", found: defaults.excerpt)]
    }
    var problems: [ConfigurationProblem] = []
    for setting in settings {
      let place = joinedPath(path, setting.key)
      if setting.key == componentTypeKey || setting.key.contains(where: { ".= ".contains($0) }) {
        problems.append(ConfigurationProblem(path: place, what: "a setting cannot have this key"))
      } else if let value = encoded[setting.key] {
        problems += defaultProblems(value, allowed: setting.allowed, path: place)
      } else {
        problems.append(ConfigurationProblem(path: place, what: "a setting that is not encoded"))
      }
    }
    let keys = settings.map(\.key)
    for key in encoded.keys where !keys.contains(key) {
      problems.append(
        ConfigurationProblem(
          path: joinedPath(path, key), what: "stored in the component, but not declared as a setting",
          expected: "@Setting, @Part or @Parts"))
    }
    return problems
  }

  /// What is wrong with a default. Components inside are left out: they may be registered later.
  private func defaultProblems(
    _ value: JSONValue, allowed: AllowedValues, path: String
  ) -> [ConfigurationProblem] {
    switch allowed {
    case .component:
      if value[componentTypeKey] != nil { return [] }
      return [ConfigurationProblem(path: path, what: "the default", found: value.excerpt, expected: "a Part")]
    case .list(.component, _):
      if value.arrayValue?.allSatisfy({ $0[componentTypeKey] != nil }) == true { return [] }
      return [ConfigurationProblem(path: path, what: "the default", found: value.excerpt, expected: "Parts")]
    case .optional(.component) where value != .null:
      return defaultProblems(value, allowed: .component(.network), path: path)
    default:
      var resolver = SettingsResolver(registry: ComponentRegistry())
      _ = resolver.value(value, over: value, allowed: allowed, path: path)
      return resolver.problems.map {
        var problem = $0
        problem.what = "the default is not allowed"
        return problem
      }
    }
  }

  private func isKebabCase(_ name: String) -> Bool {
    let words = name.split(separator: "-", omittingEmptySubsequences: false)
    return name.first.map { ("a"..."z").contains($0) } == true
      && words.allSatisfy { word in
        !word.isEmpty && word.unicodeScalars.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) }
      }
  }
}
