public import EBMCore
import FileFormats
import Runs
import Tensors

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
    do {
      // A faulty plugin is no fault of whoever typed the command.
      let registry = try ComponentRegistry(plugins: plugins)
      let commands = try CommandTable(registry)
      let status = await obey(arguments, commands, registry)
      let command = commands.all.first { $0.name == arguments.first }
      guard status == .done, command?.isOutputItsProduct ?? true, let loss = output.loss else { return status }
      report(loss)
    } catch {
      report(error)
    }
    return .failed
  }

  private func obey(_ arguments: [String], _ commands: CommandTable, _ registry: ComponentRegistry) async -> ExitStatus
  {
    var words = arguments[...]
    func help() -> String { HelpText.overview(of: commands, tool: name) }
    switch words.popFirst() {
    case nil:
      output.message(help())
      return .wrongUsage
    case "--help", "-h":
      output.result(help())
      return .done
    case "--version":
      output.result("\(name) \(FrameworkVersion.current)\n")
      return .done
    case "help":
      guard let topic = words.popFirst() else {
        output.result(help())
        return .done
      }
      return await run(topic, ["--help"], arguments, commands, registry)
    case let command?: return await run(command, Array(words), arguments, commands, registry)
    }
  }

  private func run(
    _ name: String, _ words: [String], _ commandLine: [String], _ commands: CommandTable, _ registry: ComponentRegistry
  ) async -> ExitStatus {
    do {
      let command = try commands.command(name)
      let arguments = try Arguments(parsing: words, syntax: command.syntax, command: name)
      if arguments.wantsHelp {
        output.result(HelpText.page(for: command, tool: self.name))
        return .done
      }
      let context = CommandContext(
        tool: self.name, commandLine: [self.name] + commandLine, registry: registry, output: output)
      if command.sharesWork { return try await command.run(arguments, in: context) }
      guard LeadingProcess.isThis else { return .done }
      return try await ProcessGroup.$current.withValue(SingleProcess()) {
        try await command.run(arguments, in: context)
      }
    } catch {
      report(error)
      return error is ConfigurationError ? .wrongUsage : .failed
    }
  }

  private func report(_ error: any Error) {
    for line in "\(error)".split(separator: "\n") { output.message("error: \(line)\n") }
  }
}
