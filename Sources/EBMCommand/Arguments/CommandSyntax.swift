/// An argument without a name.
public struct Positional: Sendable {
  /// What it is called in help: `recipe`.
  public let name: String
  /// What it is, in one line.
  public let meaning: String
  /// Whether it has to be there.
  public let isRequired: Bool
  /// Whether there may be several; only the last one may.
  public let isRepeated: Bool

  /// An argument.
  ///
  /// - Parameters:
  ///   - name: what it is called in help.
  ///   - meaning: what it is, in one line.
  ///   - isRequired: whether it has to be there; only the last ones may be left out.
  ///   - isRepeated: whether there may be several; only of the last one.
  public init(_ name: String, _ meaning: String, isRequired: Bool = true, isRepeated: Bool = false) {
    self.name = name
    self.meaning = meaning
    self.isRequired = isRequired
    self.isRepeated = isRepeated
  }

  /// `<recipe>`, `[family]`, `<run> …`.
  var usage: String { (isRequired ? "<\(name)>" : "[\(name)]") + (isRepeated ? " …" : "") }
}

/// An argument with a name: `--output <folder>`, or a flag, `--json`.
public struct CommandOption: Sendable {
  /// The name without dashes.
  public let name: String
  /// What stands for the value in help; nil for a flag.
  public let value: String?
  /// What it does, in one line, with the default.
  public let meaning: String

  /// An option.
  ///
  /// - Parameters:
  ///   - name: the name without dashes.
  ///   - value: what stands for the value in help; nil for a flag.
  ///   - meaning: what it does, in one line, with the default.
  public init(_ name: String, value: String? = nil, _ meaning: String) {
    self.name = name
    self.value = value
    self.meaning = meaning
  }

  /// `--output <folder>`, `--json`.
  var usage: String { "--\(name)" + (value.map { " <\($0)>" } ?? "") }
}

/// What a command takes.
public struct CommandSyntax: Sendable {
  /// Arguments without names, in order.
  public let positionals: [Positional]
  /// What `key=value` arguments set, in one line; nil when the command takes none.
  public let overrides: String?
  /// Arguments with names, `--help` excepted, which every command has.
  public let options: [CommandOption]

  static let help = CommandOption("help", "print this and stop")

  /// A command's arguments.
  ///
  /// - Parameters:
  ///   - positionals: those without names, in order.
  ///   - overrides: what `key=value` arguments set, in one line; nil when it takes none.
  ///   - options: those with names.
  public init(positionals: [Positional] = [], overrides: String? = nil, options: [CommandOption] = []) {
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
