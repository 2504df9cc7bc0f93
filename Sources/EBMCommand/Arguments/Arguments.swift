public import EBMCore
internal import FileFormats

/// What follows a command's name, sorted.
public struct Arguments: Sendable, Equatable {
  /// Arguments without names, in order.
  public private(set) var positionals: [String] = []
  /// `key=value` arguments, in order.
  public private(set) var overrides: [String] = []
  /// Values of options by name, dashes left out.
  public private(set) var options: [String: String] = [:]
  /// The flags that were given, dashes left out.
  public private(set) var flags: Set<String> = []

  /// Whether help was asked for; nothing else is checked then.
  public var wantsHelp: Bool { flags.contains(CommandSyntax.help.name) }

  /// Sorts the words after a command's name.
  ///
  /// Options may stand anywhere, as `--name value` or `--name=value`; after `--` there are none.
  ///
  /// - Parameters:
  ///   - words: the words.
  ///   - syntax: what the command takes.
  ///   - command: its name, for messages.
  /// - Throws: a `ConfigurationError` with every unknown or doubled option, missing value, missing argument and
  ///   argument too many.
  public init(
    parsing words: [String], syntax: CommandSyntax, command: String
  ) throws(ConfigurationError) {
    if Self.asksForHelp(words) {
      flags = [CommandSyntax.help.name]
      return
    }
    var problems: [ConfigurationProblem] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        for word in rest { add(word, isLiteral: true) }
        break
      }
      if word.hasPrefix("-"), word.count > 1, Double(word) == nil {
        if let problem = takeOption(word, &rest, syntax, command) { problems.append(problem) }
      } else {
        add(word, isLiteral: false)
      }
    }
    // What follows an unknown option may be its value: nobody can tell whether it is one argument too many.
    let mayBeValues = problems.contains { $0.what?.hasPrefix(Self.unknownOption) ?? false }
    problems += misfits(syntax, command, maximum: mayBeValues ? .max : syntax.positionals.count)
    if !problems.isEmpty { throw ConfigurationError(problems) }
  }

  /// The integer an option holds, or nil where it was not given.
  ///
  /// - Parameters:
  ///   - option: the option's name, without dashes.
  ///   - range: what is allowed.
  /// - Throws: a `ConfigurationError` when it holds something else.
  public func integer(_ option: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
    guard let text = options[option] else { return nil }
    // Whatever is no number is told so below: `1e6` is one million, as in recipes.
    if let value = Int(text) ?? (try? JSONValue(parsing: text))?.integerValue, range.contains(value) { return value }
    let found = Double(text).map(JSONValue.number) ?? .string(text)
    throw ConfigurationError(
      path: "--\(option)", found: "\"\(text)\"",
      expected: AllowedValues.integers(range).expectation(for: found, like: .integer(range.lowerBound)))
  }

  /// The number an option holds, or nil where it was not given.
  ///
  /// - Parameters:
  ///   - option: the option's name, without dashes.
  ///   - interval: what is allowed.
  /// - Throws: a `ConfigurationError` when it holds something else.
  public func number(_ option: String, in interval: NumberInterval) throws(ConfigurationError) -> Double? {
    guard let text = options[option] else { return nil }
    if let value = Double(text), interval.contains(value) { return value }
    throw ConfigurationError(
      path: "--\(option)", found: "\"\(text)\"",
      expected: AllowedValues.numbers(interval).description(like: .number(0)))
  }

  /// The word an option holds, or nil where it was not given.
  ///
  /// - Parameters:
  ///   - option: the option's name, without dashes.
  ///   - type: the words that are allowed.
  /// - Throws: a `ConfigurationError` when it holds another one.
  public func word<Word: RawRepresentable & CaseIterable>(
    _ option: String, of type: Word.Type
  ) throws(ConfigurationError) -> Word? where Word.RawValue == String {
    guard let text = options[option] else { return nil }
    if let word = Word(rawValue: text) { return word }
    throw ConfigurationError([
      ConfigurationProblem(
        unknown: text, path: "--\(option)", what: "found \"\(text)\"", known: type.allCases.map(\.rawValue))
    ])
  }

  private static func asksForHelp(_ words: [String]) -> Bool {
    let options = words.prefix { $0 != "--" }
    return options.contains("--help") || options.contains("-h")
  }

  private mutating func add(_ word: String, isLiteral: Bool) {
    // A path may hold "=" too: what stands before it in `key=value` has no slash.
    if !isLiteral, let equals = word.firstIndex(of: "="), !word[..<equals].contains("/") {
      overrides.append(word)
    } else {
      positionals.append(word)
    }
  }

  private mutating func takeOption(
    _ word: String, _ rest: inout ArraySlice<String>, _ syntax: CommandSyntax, _ command: String
  ) -> ConfigurationProblem? {
    let halves = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let written = halves[0]
    let known = syntax.options + [CommandSyntax.help]
    guard let option = known.first(where: { "--\($0.name)" == written }) else {
      return ConfigurationProblem(
        unknown: written, path: written, what: Self.unknownOption + command, known: known.map { "--\($0.name)" })
    }
    let isDoubled = options[option.name] != nil || flags.contains(option.name)
    if option.value == nil {
      flags.insert(option.name)
      if halves.count == 2 {
        return ConfigurationProblem(path: written, found: "\"\(halves[1])\"", expected: "no value")
      }
    } else {
      let following = rest.first.flatMap { $0.hasPrefix("--") ? nil : $0 }
      guard let text = halves.count == 2 ? halves[1] : following, !text.isEmpty else {
        return ConfigurationProblem(path: written, what: "the value is missing", expected: option.usage)
      }
      if halves.count == 1 { rest.removeFirst() }
      options[option.name] = text
    }
    return isDoubled ? ConfigurationProblem(path: written, what: "given twice") : nil
  }

  private static let unknownOption = "no such option of "

  /// Arguments too few, or more than `maximum`.
  private func misfits(_ syntax: CommandSyntax, _ command: String, maximum: Int) -> [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    for missing in syntax.positionals.dropFirst(positionals.count) where missing.isRequired {
      problems.append(
        ConfigurationProblem(path: "", what: "\(command): <\(missing.name)> is missing", expected: missing.meaning))
    }
    if syntax.positionals.last?.isRepeated != true {
      for extra in positionals.dropFirst(maximum) {
        problems.append(
          ConfigurationProblem(
            path: "", what: "\(command): one argument too many", found: "\"\(extra)\"",
            expected: syntax.usage.isEmpty ? nil : syntax.usage))
      }
    }
    if syntax.overrides == nil {
      for override in overrides {
        problems.append(
          ConfigurationProblem(path: "", what: "\(command): takes no key=value", found: "\"\(override)\""))
      }
    }
    return problems
  }
}
