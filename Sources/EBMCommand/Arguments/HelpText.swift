/// The pages that `--help` prints.
enum HelpText {
  /// The page of one command.
  ///
  /// - Parameters:
  ///   - command: the command.
  ///   - tool: the program's name.
  static func page(for command: any Command, tool: String) -> String {
    let syntax = command.syntax
    var text = "\(tool) \(command.name) \(syntax.usage)\n\n  \(command.summary)\n"
    text += section("arguments", syntax.positionals.map { ($0.name, $0.meaning) })
    text += section("settings", syntax.overrides.map { [("key=value", $0)] } ?? [])
    text += section("options", (syntax.options + [CommandSyntax.help]).map { ($0.usage, $0.meaning) })
    if !command.details.isEmpty { text += "\n\(command.details)\n" }
    return text
  }

  /// The page of the program.
  ///
  /// - Parameters:
  ///   - commands: all of them.
  ///   - tool: the program's name.
  static func overview(of commands: CommandTable, tool: String) -> String {
    func rows(_ commands: [any Command]) -> [(String, String)] { commands.map { ($0.name, $0.summary) } }
    return "\(tool) <command> [argument …] [key=value …] [--option …]\n"
      + section("commands", rows(CommandTable.builtIn)) + section("commands of plugins", rows(commands.added))
      + "\n\(tool) <command> --help says more; \(tool) --version prints the version.\n"
  }

  private static func section(_ title: String, _ rows: [(String, String)]) -> String {
    if rows.isEmpty { return "" }
    var table = TextTable()
    for row in rows { table.add([row.0, row.1]) }
    return "\n\(title):\n" + table.lines.map { "  \($0)\n" }.joined()
  }
}
