import EBMCommand
import Runs
import Foundation
import Testing

@Suite struct TerminalTests {
  @Test func tablesAlign() {
    var table = TextTable(header: ["a", "long title", "b"])
    table.add(["first", "1", "x"])
    table.add(["é", "two\nlines", ""])
    #expect(table.lines == ["a      long title  b", "first  1           x", "é      two lines"])
    #expect(TextTable().lines == [])
  }

  @Test func wideTablesAreWrapped() {
    var table = TextTable(header: ["run", "first", "second", "third"])
    table.add(["a", "1", "2", "3"])
    table.add(["b", "4", "", "6"])
    #expect(table.wrapped(to: 80).map(\.lines) == [table.lines])
    // Two columns fit beside the first one; a row that has nothing in a block is left out of it.
    let wide = table.wrapped(to: 18)
    #expect(
      wide.map(\.lines) == [
        ["run  first  second", "a    1      2", "b    4"], ["run  third", "a    3", "b    6"],
      ])
    #expect(
      table.wrapped(to: 1).map(\.lines) == [
        ["run  first", "a    1", "b    4"], ["run  second", "a    2"], ["run  third", "a    3", "b    6"],
      ])
  }

  @Test func aLiveLineIsRedrawnTenTimesASecond() {
    let recorder = Recorder()
    var line = ProgressLine(output: recorder.output(isTerminal: true, width: 6))
    let start = ContinuousClock.now
    for step in 0..<1000 { line.update(at: start + .milliseconds(step)) { "step \(step)" } }
    let drawn = recorder.messages.split(separator: "\r")
    #expect(drawn.count == 10)
    // Cut to the terminal's width, less one column.
    #expect(drawn.allSatisfy { $0 == "step \u{1B}[K" })
    line.note("note")
    line.finish("end")
    #expect(recorder.messages.hasSuffix("\r\u{1B}[Knote\n\rend\u{1B}[K\n"))
  }

  @Test func plainLinesComeNowAndThen() {
    let recorder = Recorder()
    var line = ProgressLine(output: recorder.output())
    let start = ContinuousClock.now
    for second in 0..<25 { line.update(at: start + .seconds(second)) { "at \(second)" } }
    line.note("note")
    line.finish("end")
    #expect(recorder.messages == "at 0\nat 10\nat 20\nnote\nend\n")
  }

  @Test func progressInWords() {
    #expect(ProgressText.line(done: 0, total: 10, elapsed: .zero) == "0/10")
    #expect(
      ProgressText.line(done: 100, total: 1000, elapsed: .seconds(8), values: [("gap", 0.123456)])
        == "100/1000, 12.5 a second, 1:12 left, gap 0.123")
    #expect(
      ProgressText.line(done: 100, total: 200, since: 50, elapsed: .seconds(1)) == "100/200, 50.0 a second, 0:02 left")
  }

  @Test(
    arguments: [
      (0, "0"), (1, "1.00"), (0.000123456, "0.000123"), (0.0000123456, "1.23e-5"), (999.6, "1000"), (99.96, "100"),
      (-12.345, "-12.3"),
      (1234567, "1230000"), (12345678, "1.23e7"), (.nan, "nan"), (-.infinity, "-inf"),
      (.leastNonzeroMagnitude, "5e-324"), (0.5, "0.500"),
    ] as [(Double, String)])
  func shortNumbers(value: Double, text: String) {
    #expect(ProgressText.short(value) == text)
  }

  @Test(
    arguments: [(0, "0:00"), (59.6, "1:00"), (725, "12:05"), (11220, "3:07:00"), (.infinity, "?"), (.nan, "?")]
      as [(Double, String)])
  func clocks(seconds: Double, text: String) { #expect(ProgressText.clock(seconds) == text) }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func theFirstInterruptIsNoticed(signal: Int32) async {
    await #expect(processExitsWith: .exitCode(42)) { [signal] in
      let interrupt = InterruptSignal()
      if interrupt.isRaised { exit(1) }
      kill(getpid(), signal)
      for _ in 0..<500 where !interrupt.isRaised { usleep(10_000) }
      exit(interrupt.isRaised ? 42 : 2)
    }
  }

  /// A terminal that is closed may say so twice, and batch systems repeat themselves.
  @Test func onlyCtrlCTwiceEndsAtOnce() async {
    await #expect(processExitsWith: .exitCode(42)) {
      let interrupt = InterruptSignal()
      for signal in [SIGHUP, SIGHUP, SIGTERM, SIGTERM, SIGINT] {
        kill(getpid(), signal)
        usleep(20_000)
      }
      exit(interrupt.isRaised ? 42 : 2)
    }
  }

  /// What runs under `nohup` goes on when the terminal is closed.
  @Test func aHangUpThatIsIgnoredStaysIgnored() async {
    await #expect(processExitsWith: .exitCode(42)) {
      signal(SIGHUP, SIG_IGN)
      let interrupt = InterruptSignal()
      kill(getpid(), SIGHUP)
      usleep(50_000)
      exit(interrupt.isRaised ? 2 : 42)
    }
  }

  /// A computation that never asks is cut off, and what is left to do is done before.
  @Test func aComputationThatCannotAskIsCutOff() async {
    await #expect(processExitsWith: .exitCode(130)) {
      let interrupt = InterruptSignal()
      kill(getpid(), SIGTERM)
      let file = "/tmp/ebm-tests-ending-\(getpid())"
      let rest = interrupt.endingAtOnce {
        _ = close(open(file, O_WRONLY | O_CREAT, 0o600))
        if unlink(file) != 0 { _exit(3) }
      } while: {
        sleep(20)
      }
      exit(rest == 0 ? 4 : 7)
    }
    await #expect(processExitsWith: .exitCode(42)) {
      let interrupt = InterruptSignal()
      let value = interrupt.endingAtOnce {
        _exit(5)
      } while: {
        42
      }
      // Afterwards it is asked again.
      kill(getpid(), SIGTERM)
      usleep(100_000)
      exit(interrupt.isRaised ? Int32(value) : 6)
    }
  }

  @Test func theSecondInterruptEndsTheProgram() async {
    await #expect(processExitsWith: .exitCode(130)) {
      let interrupt = InterruptSignal()
      kill(getpid(), SIGINT)
      for _ in 0..<500 where !interrupt.isRaised { usleep(10_000) }
      kill(getpid(), SIGINT)
      sleep(10)
      exit(interrupt.isRaised ? 3 : 4)
    }
  }

  @Test func afterwardsCtrlCEndsTheProgramAgain() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      do { _ = InterruptSignal() }
      kill(getpid(), SIGINT)
      sleep(10)
    }
  }
}
