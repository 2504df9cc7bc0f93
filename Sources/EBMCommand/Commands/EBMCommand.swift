public import EBMCore
import Glibc

/// The whole program: `await EBMCommand.main(plugins: [MyLab()])` is all that an executable has to say.
public enum EBMCommand {
  /// Runs the process's command line, then ends the process.
  ///
  /// - Parameter plugins: where components and recipes come from.
  public static func main(plugins: [any Plugin]) async -> Never {
    // Lost output and files that may not grow are errors of the call that wrote, not the end of an hour's training.
    for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
    let program = CommandLine.arguments.first.flatMap { $0.split(separator: "/").last }.map(String.init) ?? "ebm"
    let tool = CommandLineTool(name: program, plugins: plugins)
    exit(await tool.run(arguments: Array(CommandLine.arguments.dropFirst())).rawValue)
  }
}
