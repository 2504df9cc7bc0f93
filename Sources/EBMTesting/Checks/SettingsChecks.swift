internal import EBMCore

extension Examination {
  /// Settings as recipes and command lines see them.
  mutating func checkSettings(of component: some Component) {
    checkRegistration(of: component)
    let path = type(of: component).family.rawValue
    do throws(ConfigurationError) {
      let value = try component.recipeValue()
      checkDescription(of: component, value)
      checkRoundTrip(value, of: component, path)
      checkRanges(value, of: component, path)
    } catch {
      record("settings round trip", error: error, expected: "a component that encodes to JSON")
    }
  }

  /// Name, table of settings and defaults, as registration checks them.
  private mutating func checkRegistration(of component: some Component) {
    let type = type(of: component)
    var registry = ComponentRegistry()
    let expected = "a table of settings that names the stored properties and allows the defaults"
    do throws(ConfigurationError) {
      try registry.add(type)
      record("registration", true, "\(type.settings.count) settings", expected: expected)
    } catch { record("registration", error: error, expected: expected) }
  }

  private mutating func checkDescription(of component: some Component, _ value: JSONValue) {
    let again = try? component.recipeValue()
    let name = Swift.type(of: component).name
    let isStable = again?.compactText == value.compactText && value["type"]?.stringValue == name
    record(
      "description", isStable,
      isStable
        ? "\(value.compactText.utf8.count) bytes of JSON"
        : "\(value.compactText), then "
          + (again?.compactText ?? "an error"), expected: "the same JSON each time, of type \(name)")
  }

  // MARK: Round trip

  private mutating func checkRoundTrip(_ value: JSONValue, of component: some Component, _ path: String) {
    let expected = "every value that the table allows back as it was written"
    var problems: [String] = []
    var count = 0
    func read(_ written: JSONValue) throws(ConfigurationError) -> JSONValue {
      let parsed = try JSONValue(parsing: written.prettyText, source: "recipe")
      return try registry.component(parsed, as: type(of: component).family, at: path).recipeValue()
    }
    do throws(ConfigurationError) {
      let back = try read(value)
      if back != value { problems.append("\(value.compactText) came back as \(back.compactText)") }
    } catch { problems.append("\(error)") }
    guard problems.isEmpty, let object = value.objectValue else {
      return record("settings round trip", false, problems.joined(separator: "; "), expected: expected)
    }
    for setting in type(of: component).settings {
      let initial = object[setting.key] ?? .null
      for other in SettingExamples.accepted(setting.allowed, like: initial) {
        var changed = object
        changed[setting.key] = other
        let back: JSONValue
        do throws(ConfigurationError) { back = try read(.object(changed)) } catch {
          // A value that is allowed may not go together with the others; `conflicts()` says that of the whole.
          let place = "\(path).\(setting.key)"
          if let problem = error.problems.first(where: { $0.path == place || $0.path.hasPrefix(place + ".") }) {
            problems.append("the table allows \(setting.key) = \(other.compactText), but: \(problem)")
          }
          continue
        }
        count += 1
        if back != .object(changed) {
          problems.append(
            "\(setting.key) = \(other.compactText) came back as \(back[setting.key]?.compactText ?? "nothing")")
        }
      }
    }
    let figures =
      problems.isEmpty ? "\(object.count - 1) settings, \(count) other values" : problems.joined(separator: "; ")
    record("settings round trip", problems.isEmpty, figures, expected: expected)
  }

  // MARK: Ranges

  private mutating func checkRanges(_ value: JSONValue, of component: some Component, _ path: String) {
    guard let object = value.objectValue else { return }
    var problems: [String] = []
    var count = 0
    func check(_ setting: Setting, initial: JSONValue, at place: String, _ wrap: (JSONValue) -> JSONValue) {
      if case .group(let inner) = setting.allowed, let members = initial.objectValue {
        for part in inner {
          check(part, initial: members[part.key] ?? .null, at: "\(place).\(part.key)") { wrong in
            var group = members
            group[part.key] = wrong
            return wrap(.object(group))
          }
        }
      }
      for wrong in SettingExamples.refused(setting.allowed, like: initial) {
        count += 1
        if let problem = acceptance(
          of: wrong, at: place, written: wrap(wrong), family: type(of: component).family, path)
        {
          problems.append(problem)
        }
      }
    }
    for setting in type(of: component).settings {
      check(setting, initial: object[setting.key] ?? .null, at: "\(path).\(setting.key)") { wrong in
        var changed = object
        changed[setting.key] = wrong
        return .object(changed)
      }
    }
    var unknown = object
    unknown["noSuchSetting"] = 1
    if let problem = acceptance(
      of: 1, at: "\(path).noSuchSetting", written: .object(unknown), family: type(of: component).family, path)
    {
      problems.append(problem)
    }
    record(
      "settings out of range", problems.isEmpty,
      problems.isEmpty ? "\(count + 1) values refused" : problems.prefix(4).joined(separator: "; "),
      expected: "each refused with its path")
  }

  /// What is wrong with how a wrong value was received; nil when it was refused as it should be.
  private func acceptance(
    of wrong: JSONValue, at place: String, written: JSONValue, family: ComponentFamily, _ path: String
  ) -> String? {
    do throws(ConfigurationError) {
      _ = try registry.component(written, as: family, at: path)
      return "\(place) takes \(wrong.compactText)"
    } catch {
      if error.problems.contains(where: { $0.path == place || $0.path.hasPrefix(place + ".") }) { return nil }
      return "\(place) = \(wrong.compactText) is refused without its path: \(error)"
    }
  }
}
