import EBMCore

/// One command of the program, such as `list`.
protocol Command: Sendable {
  /// What one types.
  var name: String { get }
  /// What it does, in one line.
  var summary: String { get }
  /// What it takes.
  var syntax: CommandSyntax { get }
  /// More for its help page; empty by default.
  var details: String { get }

  /// Whether what it prints is what it is for, so that it has failed when that does not arrive; true by default.
  var isOutputItsProduct: Bool { get }

  /// Does it.
  ///
  /// - Parameters:
  ///   - arguments: what was typed after its name, sorted and checked against `syntax`.
  ///   - context: what is known and where to write.
  /// - Throws: a `ConfigurationError` for wrong usage, any other error for failures. Each is printed.
  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus
}

extension Command {
  var details: String { "" }
  var isOutputItsProduct: Bool { true }
}

/// What a command works with.
struct CommandContext: Sendable {
  /// The program's name.
  let tool: String
  /// The whole command line, for `command.txt`.
  let commandLine: [String]
  /// The components and recipes that are known.
  let registry: ComponentRegistry
  /// Where to write.
  let output: CommandOutput
}

/// The commands, in the order in which help shows them.
enum CommandTable {
  static let commands: [any Command] = [
    TrainCommand(), ResumeCommand(), SampleCommand(), EvaluateCommand(), CompareCommand(), ListCommand(),
    DescribeCommand(), TuneCommand(), BenchmarkCommand(), ConformCommand(), NewCommand(),
  ]
}
