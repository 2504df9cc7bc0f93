import EBMCore

/// The commands of a program, in the order in which help shows them: the built-in ones, then those of plugins.
struct CommandTable {
  static let builtIn: [any Command] = [
    TrainCommand(), ResumeCommand(), SampleCommand(), EvaluateCommand(), ReportCommand(), CompareCommand(),
    ListCommand(),
    DescribeCommand(), TuneCommand(), BenchmarkCommand(), ConformCommand(), NewCommand(),
  ]

  /// Commands that plugins have added.
  let added: [any Command]

  var all: [any Command] { CommandTable.builtIn + added }

  /// - Throws: a `ConfigurationError` for each command of a plugin that has the name of a built-in one.
  init(_ registry: ComponentRegistry) throws(ConfigurationError) {
    let commands = registry.items(of: (any Command).self)
    let taken = commands.filter { command in CommandTable.reserved.contains(command.item.name) }
    if !taken.isEmpty {
      throw ConfigurationError(
        taken.map {
          ConfigurationProblem(
            path: "command \($0.item.name)", what: "the plugin \($0.plugin) adds a command of a name that is built in")
        })
    }
    added = commands.map(\.item)
  }

  private static let reserved = builtIn.map(\.name) + ["help"]

  /// The command of a name.
  ///
  /// - Throws: a `ConfigurationError` with the nearest name.
  func command(_ name: String) throws(ConfigurationError) -> any Command {
    if let command = all.first(where: { $0.name == name }) { return command }
    if name.hasPrefix("-") {
      throw ConfigurationError(path: name, what: "an option before the command", expected: "a command first")
    }
    throw ConfigurationError([
      ConfigurationProblem(unknown: name, path: "", what: "no command is called \"\(name)\"", known: all.map(\.name))
    ])
  }
}
