internal import EBMCore
internal import FileFormats

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
    let family = type(of: component).family
    var problems: [String] = []
    var count = 0
    func check(
      _ settings: [SettingDescription], of object: JSONObject, at place: String, _ wrap: (JSONObject) -> JSONObject
    ) {
      for setting in settings {
        let initial = object[setting.key] ?? .null
        func written(_ value: JSONValue) -> JSONValue {
          var changed = object
          changed[setting.key] = value
          return .object(wrap(changed))
        }
        if case .group(let inner) = setting.allowed, let members = initial.objectValue {
          check(inner, of: members, at: "\(place).\(setting.key)") { group in
            var changed = object
            changed[setting.key] = .object(group)
            return wrap(changed)
          }
        }
        for wrong in SettingExamples.refused(setting.allowed, like: initial) {
          count += 1
          let refusal = refusal(of: written(wrong), family, path, at: "\(place).\(setting.key)")
          problems += complaint(on: refusal, to: wrong, for: setting, like: initial, at: "\(place).\(setting.key)")
        }
        // A slip of the keyboard: the last letter twice.
        let slip = setting.key + setting.key.suffix(1)
        var changed = object
        changed[slip] = initial
        count += 1
        if let found = refusal(of: .object(wrap(changed)), family, path, at: "\(place).\(slip)") {
          // Names of one letter are near to nothing; all names are listed then.
          if found.nearest != setting.key && found.expected?.contains(setting.key) != true {
            problems.append("\(found) does not name \(setting.key)")
          }
        } else {
          problems.append("\(place) takes \(slip)")
        }
      }
    }
    check(type(of: component).settings, of: object, at: path) { $0 }
    record(
      "settings out of range", problems.isEmpty,
      problems.isEmpty ? "\(count) values and names refused" : problems.prefix(4).joined(separator: "; "),
      expected: "each refused with its path, what was found and what is allowed or the nearest name")
  }

  /// What is said of the setting at a place; nil when what was written is taken, or refused without the place.
  private func refusal(
    of written: JSONValue, _ family: ComponentFamily, _ path: String, at place: String
  ) -> ConfigurationProblem? {
    do throws(ConfigurationError) {
      _ = try registry.component(written, as: family, at: path)
      return nil
    } catch {
      return error.problems.first { $0.path == place || $0.path.hasPrefix(place + ".") }
    }
  }

  /// What is wrong with how a wrong value was received: none or one line.
  private func complaint(
    on refusal: ConfigurationProblem?, to wrong: JSONValue, for setting: SettingDescription, like initial: JSONValue,
    at place: String
  ) -> [String] {
    guard let refusal else { return ["\(place) = \(wrong.compactText) is taken, or refused without its path"] }
    // Elements of lists and components have messages of their own.
    guard refusal.path == place, !setting.allowed.isComponent else { return [] }
    let isComplete =
      refusal.found == wrong.excerpt
      && refusal.expected == setting.allowed.expectation(for: wrong, like: initial)
    return isComplete ? [] : ["\(refusal) does not say what was found and what is allowed"]
  }
}
