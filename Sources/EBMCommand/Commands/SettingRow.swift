import EBMCore
import FileFormats

/// One line of a table of settings, as pages and `describe` show it.
struct SettingRow {
  /// The path inside the component: `limits.energy`.
  let key: String
  /// The default.
  let initial: JSONValue
  /// The allowed values, in words.
  let allowed: String
  /// What it does, in one line.
  let meaning: String

  /// The default in few words: a component's own settings are on its own page.
  var shortInitial: String {
    if let names = initial.arrayValue?.compactMap({ $0["type"]?.stringValue }), !names.isEmpty {
      return "[\(names.joined(separator: ", "))]"
    }
    return initial["type"]?.stringValue ?? initial.compactText
  }

  /// The lines of a component; a group's settings stand in its place.
  static func rows(of entry: ComponentRegistry.Entry) -> [SettingRow] {
    rows(entry.settings, defaults: entry.defaults, prefix: "")
  }

  private static func rows(_ settings: [SettingDescription], defaults: JSONObject, prefix: String) -> [SettingRow] {
    settings.flatMap { setting -> [SettingRow] in
      let initial = defaults[setting.key] ?? .null
      let key = prefix + setting.key
      if case .group(let inner) = setting.allowed {
        return rows(inner, defaults: initial.objectValue ?? [:], prefix: key + ".")
      }
      return [
        SettingRow(
          key: key, initial: initial, allowed: setting.allowed.description(like: initial), meaning: setting.meaning)
      ]
    }
  }
}
