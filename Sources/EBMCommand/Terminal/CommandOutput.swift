import EBMCore
import FileFormats
import Glibc
import Synchronization

/// Where a command writes: results for programs and people who asked for them, and messages about how it goes.
public struct CommandOutput: Sendable {
  private let writeResult: @Sendable (String) -> Void
  private let writeMessage: @Sendable (String) -> Void
  /// Why results did not arrive, once some did not.
  private var lost = LostOutput()
  /// Whether messages go to a terminal, where a line can be overwritten.
  public let isTerminal: Bool
  /// Columns of the terminal; 80 where there is none.
  public let width: Int

  /// Output to any two places.
  ///
  /// - Parameters:
  ///   - isTerminal: whether messages go to a terminal.
  ///   - width: columns of the terminal.
  ///   - result: takes results, as they are to be written.
  ///   - message: takes messages, as they are to be written.
  public init(
    isTerminal: Bool = false, width: Int = 80, result: @escaping @Sendable (String) -> Void,
    message: @escaping @Sendable (String) -> Void
  ) {
    self.isTerminal = isTerminal
    self.width = width
    writeResult = result
    writeMessage = message
  }

  /// Results to standard output, messages to standard error.
  public static var standard: CommandOutput {
    var size = winsize()
    let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    let lost = LostOutput()
    var output = CommandOutput(
      isTerminal: isatty(STDERR_FILENO) == 1, width: isKnown ? Int(size.ws_col) : 80,
      result: { text in
        do throws(FileError) {
          try Files.append(Array(text.utf8), to: STDOUT_FILENO, path: "standard output")
        } catch { lost.note(error) }
      },
      message: { text in
        // When messages do not arrive there is nobody who could be told.
        try? Files.append(Array(text.utf8), to: STDERR_FILENO, path: "standard error")
      })
    output.lost = lost
    return output
  }

  /// Why a result did not arrive; nil when all did.
  var loss: FileError? { lost.first }

  /// Writes a result.
  ///
  /// - Parameter text: the text, its line ends included; other control characters are written as escapes.
  public func result(_ text: String) { writeResult(printable(text)) }

  /// Writes what has to be known before a result is trusted.
  ///
  /// - Parameter text: one line, without its end.
  public func caution(_ text: String) { message("caution: \(text)\n") }

  /// Writes a message.
  ///
  /// - Parameter text: the text, its line ends included; other control characters are written as escapes.
  public func message(_ text: String) { writeMessage(printable(text)) }

  /// Writes what moves a terminal's cursor: the line of a computation that is under way.
  ///
  /// - Parameters:
  ///   - before: control characters, written as they are.
  ///   - text: the line, in which there are to be none.
  ///   - after: control characters, written as they are.
  func control(before: String = "", _ text: String = "", after: String = "") {
    writeMessage(before + text.onOneLine() + after)
  }

  /// The text with line ends as its only control characters: names and paths in it come from outside.
  private func printable(_ text: String) -> String {
    if text.utf8.allSatisfy({ ($0 >= 0x20 && $0 < 0x7F) || $0 == 0x0A }) { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).onOneLine() }
      .joined(separator: "\n")
  }
}

/// The first result that could not be written. A class, as all copies of an output share it.
private final class LostOutput: Sendable {
  private let error = Mutex<FileError?>(nil)

  var first: FileError? { error.withLock { $0 } }

  func note(_ new: FileError) { error.withLock { if $0 == nil { $0 = new } } }
}
