public import EBMCore
import Runs

/// The command line of a project: every command, over the components of its plugins.
public struct CommandLineTool: Sendable {
  private let name: String
  private let plugins: [any Plugin]
  private let output: CommandOutput

  /// A command line.
  ///
  /// - Parameters:
  ///   - name: the program's name, for help.
  ///   - plugins: where components and recipes come from.
  ///   - output: where results and messages go; the standard streams by default.
  public init(name: String = "ebm", plugins: [any Plugin], output: CommandOutput = .standard) {
    self.name = name
    self.plugins = plugins
    self.output = output
  }

  /// Runs one command line. Whatever goes wrong is written as one line a problem.
  ///
  /// - Parameter arguments: the words after the program's name.
  /// - Returns: what to tell the shell.
  public func run(arguments: [String]) async -> ExitStatus {
    let status = await obey(arguments)
    let command = CommandTable.commands.first { $0.name == arguments.first }
    guard status == .done, command?.isOutputItsProduct ?? true, let loss = output.loss else { return status }
    report(loss)
    return .failed
  }

  private func obey(_ arguments: [String]) async -> ExitStatus {
    let commands = CommandTable.commands
    var words = arguments[...]
    switch words.popFirst() {
    case nil:
      output.message(HelpText.overview(of: commands, tool: name))
      return .wrongUsage
    case "--help", "-h":
      output.result(HelpText.overview(of: commands, tool: name))
      return .done
    case "--version":
      output.result("\(name) \(FrameworkVersion.current)\n")
      return .done
    case "help":
      guard let topic = words.popFirst() else {
        output.result(HelpText.overview(of: commands, tool: name))
        return .done
      }
      return await run(topic, ["--help"], commandLine: arguments)
    case let command?: return await run(command, Array(words), commandLine: arguments)
    }
  }

  private func run(_ name: String, _ words: [String], commandLine: [String]) async -> ExitStatus {
    do {
      let commands = CommandTable.commands
      guard let command = commands.first(where: { $0.name == name }) else {
        if name.hasPrefix("-") {
          throw ConfigurationError(path: name, what: "an option before the command", expected: "a command first")
        }
        throw ConfigurationError([
          ConfigurationProblem(
            unknown: name, path: "", what: "no command is called \"\(name)\"", known: commands.map(\.name))
        ])
      }
      let arguments = try Arguments(parsing: words, syntax: command.syntax, command: name)
      if arguments.wantsHelp {
        output.result(HelpText.page(for: command, tool: self.name))
        return .done
      }
      guard let registry = loadedRegistry() else { return .failed }
      let context = CommandContext(
        tool: self.name, commandLine: [self.name] + commandLine, registry: registry, output: output)
      return try await command.run(arguments, in: context)
    } catch {
      report(error)
      return error is ConfigurationError ? .wrongUsage : .failed
    }
  }

  /// The registry, or nil when a plugin is faulty: that is no fault of whoever typed the command.
  private func loadedRegistry() -> ComponentRegistry? {
    do { return try ComponentRegistry(plugins: plugins) } catch {
      report(error)
      return nil
    }
  }

  private func report(_ error: any Error) {
    for line in "\(error)".split(separator: "\n") { output.message("error: \(line)\n") }
  }
}
