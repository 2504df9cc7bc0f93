public import EBMCore

/// One command of the program, such as `list`. Plugins add their own with `registry.add(MyCommand())`; help shows them
/// after the built-in ones.
///
/// ```swift
/// struct CountCommand: Command {
///   let name = "count"
///   let summary = "Counts the components of a family."
///   let syntax = CommandSyntax(positionals: [Positional("family", "whose components are counted")])
///
///   func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus {
///     let word = arguments.positionals[0]
///     let count = context.registry.entries().count { $0.family.rawValue == word }
///     context.output.result("\(count)\n")
///     return .done
///   }
/// }
/// ```
public protocol Command: PluginItem {
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

  /// Whether several processes (`mpirun -n 4`) do it together. Else process 0 does it by itself, as by default.
  var sharesWork: Bool { get }

  /// Does it.
  ///
  /// - Parameters:
  ///   - arguments: what was typed after its name, sorted and checked against `syntax`.
  ///   - context: what is known and where to write.
  /// - Throws: a `ConfigurationError` for wrong usage, any other error for failures. Each is printed, a line a problem.
  func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitStatus
}

extension Command {
  public static var kind: String { "command" }
  public var details: String { "" }
  public var isOutputItsProduct: Bool { true }
  public var sharesWork: Bool { false }
}

/// What a command works with.
public struct CommandContext: Sendable {
  /// The program's name.
  public let tool: String
  /// The whole command line, for `command.txt`.
  public let commandLine: [String]
  /// The components, recipes and other items that are known.
  public let registry: ComponentRegistry
  /// Where to write.
  public let output: CommandOutput
}
