public import EBMCore
import Glibc
import Processes
import Synchronization
import Tensors

/// The whole program: `await EBMCommand.main(plugins: [MyLab()])` is all that an executable has to say.
public enum EBMCommand {
  /// Runs the process's command line, then ends the process.
  ///
  /// Where it was started as several processes, they share the work, and the first one alone uses files and prints.
  ///
  /// - Parameter plugins: where components and recipes come from.
  public static func main(plugins: [any Plugin]) async -> Never {
    // Lost output and files that may not grow are errors of the call that wrote, not the end of an hour's training.
    for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
    let program = CommandLine.arguments.first.flatMap { $0.split(separator: "/").last }.map(String.init) ?? "ebm"
    let processes: any Communicator
    do throws(ProcessesError) { processes = try Processes.join() } catch {
      // All know it, and one says it. The others end well, or the launcher would end the one that speaks.
      if error.rank > 0 { exit(ExitStatus.done.rawValue) }
      CommandOutput.standard.message("error: \(error)\n")
      exit(ExitStatus.failed.rawValue)
    }
    let unheard = UnheardOutput()
    let tool = CommandLineTool(
      name: program, plugins: plugins, output: processes.rank == 0 ? .standard : unheard.output)
    let own = await ProcessGroup.$current.withValue(processes) {
      await tool.run(arguments: Array(CommandLine.arguments.dropFirst()))
    }
    processes.meet(Fingerprint(of: "the end").value) { "ended: \(unheard.last)" }
    let status = processes.common(UInt64(own.rawValue))
    processes.leave()
    // The launcher tells of every process that does not end well; the first one's status is that of all.
    exit(processes.rank == 0 ? Int32(status) : ExitStatus.done.rawValue)
  }
}

/// What another process than the first would have printed. Only its last message is kept, for the case that the others
/// do not say the same. A class, as outputs are given to whoever writes.
private final class UnheardOutput: Sendable {
  private let message = Mutex("")

  var last: String { message.withLock { $0 } }

  var output: CommandOutput {
    CommandOutput(result: { _ in }, message: { text in self.message.withLock { $0 = text } })
  }
}
