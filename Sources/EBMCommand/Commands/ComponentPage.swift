package import EBMCore

/// The page of all components in Markdown: what each is, its settings, and how many checks of its family it passes.
package struct ComponentPage: Sendable {
  /// What makes the page.
  package static let command = "ebm conform --quick --markdown"

  private let entries: [ComponentRegistry.Entry]

  /// The page of the components of a registry, sorted by family and name.
  package init(of entries: [ComponentRegistry.Entry]) { self.entries = entries }

  /// The page.
  ///
  /// - Parameter checks: what is said of a component's checks, by its full name: `13`, or `12 of 13`.
  package func text(checks: (String) -> String) -> String {
    var text = """
      # Components

      Every component that the framework comes with, what it is, its settings with their defaults and what they may be,
      and how many of the quick conformance checks of its family it passes. `ebm describe sampler.mala` shows one of
      them, `ebm conform sampler.mala` checks it thoroughly and says what each check found. This page is made by
      `\(Self.command) > Docs/Components.md`.


      """
    let families = ComponentFamily.allCases.filter { family in entries.contains { $0.family == family } }
    text += families.map { "[\(title($0))](#\($0.plural)) (\(members($0).count))" }.joined(separator: " · ") + "\n"
    for family in families {
      text += "\n## \(title(family))\n\n| component | settings | checks |\n| :--- | :--- | ---: |\n"
      for entry in members(family) { text += row(entry, checks: checks(entry.fullName)) + "\n" }
    }
    return text
  }

  /// What is said of checks: how many there are, where all pass.
  package static func checks(_ passed: [Bool]) -> String {
    let count = passed.filter { $0 }.count
    return count == passed.count ? "\(count)" : "\(count) of \(passed.count)"
  }

  private func members(_ family: ComponentFamily) -> [ComponentRegistry.Entry] {
    entries.filter { $0.family == family }
  }

  private func title(_ family: ComponentFamily) -> String {
    family.plural.prefix(1).uppercased() + family.plural.dropFirst()
  }

  private func row(_ entry: ComponentRegistry.Entry, checks: String) -> String {
    let settings = SettingRow.rows(of: entry).map {
      "`\($0.key)` = `\(escaped($0.shortInitial))`, \(escaped($0.allowed)): *\(escaped($0.meaning))*"
    }
    return "| **`\(entry.fullName)`**<br>\(escaped(entry.summary)) | "
      + (settings.isEmpty ? "none" : settings.joined(separator: "<br>")) + " | \(checks) |"
  }

  /// Text that a table's cell holds as it is.
  private func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "|": result += "\\|"
      case "*", "_": result += "\\\(character)"
      case "<": result += "&lt;"
      default: result.append(character)
      }
    }
  }
}
