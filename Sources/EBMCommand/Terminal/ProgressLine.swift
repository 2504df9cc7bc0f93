/// How a long computation goes: one live line on a terminal, a plain line now and then elsewhere.
package struct ProgressLine {
  /// A live line is redrawn ten times a second: as often as one can read, and cheap.
  private static let liveInterval = Duration.milliseconds(100)
  /// Logs of batch jobs are read afterwards.
  private static let plainInterval = Duration.seconds(10)

  private let output: CommandOutput
  private var last: ContinuousClock.Instant?
  private let interval: Duration
  private var isOpen = false

  /// A line that shows nothing yet.
  ///
  /// - Parameters:
  ///   - output: where messages go.
  ///   - isOfSteps: whether updates are few and each stays for long: all are shown live, none elsewhere before the
  ///     computation turns out to be long.
  package init(output: CommandOutput, isOfSteps: Bool = false) {
    self.output = output
    let live = isOfSteps ? Duration.zero : Self.liveInterval
    interval = output.isTerminal ? live : Self.plainInterval
    if isOfSteps { last = .now }
  }

  /// Shows how it goes, unless it was shown a moment ago.
  ///
  /// - Parameters:
  ///   - now: the present, for tests.
  ///   - text: one line, made only when it is shown.
  package mutating func update(at now: ContinuousClock.Instant = .now, _ text: () -> String) {
    if let last, now - last < interval { return }
    last = now
    draw(text())
  }

  /// Shows the end of it, whenever the line was shown last, and leaves it there.
  ///
  /// - Parameter text: one line; nil to leave the last one.
  package mutating func finish(_ text: String? = nil) {
    if let text { draw(text) }
    if isOpen { output.message("\n") }
    isOpen = false
  }

  /// Takes the live line away.
  package mutating func clear() {
    if isOpen { output.control(before: "\r\u{1B}[K") }
    isOpen = false
  }

  /// Writes a message that stays, above the live line.
  ///
  /// - Parameter line: the message without line end.
  package mutating func note(_ line: String) {
    clear()
    output.message(line + "\n")
  }

  private mutating func draw(_ text: String) {
    if output.isTerminal {
      // A line as wide as the terminal would wrap, and could not be overwritten.
      output.control(before: "\r", String(text.prefix(max(1, output.width - 1))), after: "\u{1B}[K")
      isOpen = true
    } else {
      output.message(text + "\n")
    }
  }
}
