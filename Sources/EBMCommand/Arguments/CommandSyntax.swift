/// An argument without a name.
package struct Positional: Sendable {
  /// What it is called in help: `recipe`.
  package let name: String
  /// What it is, in one line.
  package let meaning: String
  /// Whether it has to be there.
  package let isRequired: Bool
  /// Whether there may be several; only the last one may.
  package let isRepeated: Bool

  package init(_ name: String, _ meaning: String, isRequired: Bool = true, isRepeated: Bool = false) {
    self.name = name
    self.meaning = meaning
    self.isRequired = isRequired
    self.isRepeated = isRepeated
  }

  /// `<recipe>`, `[family]`, `<run> …`.
  var usage: String { (isRequired ? "<\(name)>" : "[\(name)]") + (isRepeated ? " …" : "") }
}

/// An argument with a name: `--output <folder>`, or a flag, `--json`.
package struct CommandOption: Sendable {
  /// The name without dashes.
  package let name: String
  /// What stands for the value in help; nil for a flag.
  package let value: String?
  /// What it does, in one line, with the default.
  package let meaning: String

  package init(_ name: String, value: String? = nil, _ meaning: String) {
    self.name = name
    self.value = value
    self.meaning = meaning
  }

  /// `--output <folder>`, `--json`.
  var usage: String { "--\(name)" + (value.map { " <\($0)>" } ?? "") }
}

/// What a command takes.
package struct CommandSyntax: Sendable {
  /// Arguments without names, in order.
  package let positionals: [Positional]
  /// What `key=value` arguments set, in one line; nil when the command takes none.
  package let overrides: String?
  /// Arguments with names, `--help` excepted, which every command has.
  package let options: [CommandOption]

  static let help = CommandOption("help", "print this and stop")

  package init(positionals: [Positional] = [], overrides: String? = nil, options: [CommandOption] = []) {
    self.positionals = positionals
    self.overrides = overrides
    self.options = options
  }

  /// The command's line in help: `<recipe> [key=value …] [--output <folder>]`.
  var usage: String {
    var words = positionals.map(\.usage)
    if overrides != nil { words.append("[key=value …]") }
    words += options.map { "[\($0.usage)]" }
    return words.joined(separator: " ")
  }
}
