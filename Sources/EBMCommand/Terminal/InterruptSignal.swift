import Dispatch
import FileFormats
import Foundation
import Glibc
import Runs
import Synchronization
import Tensors

/// Whether Ctrl-C was pressed: the first one asks for an orderly end, the second one ends the program at once with
/// status 130. A request to terminate, the signal that batch systems send before (SIGUSR1), and a terminal that is closed
/// count like the first Ctrl-C, however often they come.
///
/// Of several processes, an end that one is asked for is asked for in all, at the same place; the first one speaks, and
/// ends them when it ends at once.
///
/// A class because it owns the process's handlers while it lives; when nobody holds it any more, Ctrl-C does what it did
/// before. One at a time. Whoever has to stop keeps it and asks ``isRaised``, or has it act by itself in
/// ``endingAtOnce(with:while:)``.
package final class InterruptSignal: Interruption {
  private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGUSR1]
  /// How often a computation that cannot ask itself is looked after.
  private static let interval = DispatchTimeInterval.milliseconds(20)

  private let previous: [sigaction]

  /// Starts listening.
  package init() {
    isSilent.store(!LeadingProcess.isThis, ordering: .sequentiallyConsistent)
    requests.store(0, ordering: .sequentiallyConsistent)
    interrupts.store(0, ordering: .sequentiallyConsistent)
    previous = Self.signals.map { number in
      var action = sigaction()
      action.__sigaction_handler.sa_handler = handleInterrupt
      // System calls go on after the handler instead of failing with EINTR.
      action.sa_flags = SA_RESTART
      var old = sigaction()
      sigaction(number, nil, &old)
      // `nohup` has the closing of the terminal ignored.
      let isIgnored = unsafeBitCast(old.__sigaction_handler.sa_handler, to: Int.self) == 1
      if number != SIGHUP || !isIgnored { sigaction(number, &action, nil) }
      return old
    }
  }

  /// Whether an orderly end was asked for since listening started, in any process. All have to ask.
  package var isRaised: Bool { ProcessGroup.current.any(requests.load(ordering: .sequentiallyConsistent) > 0) }

  /// Does something that cannot stop half-way and leaves nothing behind when it is cut off. As soon as an end is asked
  /// for, `ending` is called and the program ends with status 130.
  ///
  /// - Parameters:
  ///   - ending: what is left to do then; on another thread.
  ///   - body: what may be cut off, at any place.
  package func endingAtOnce<Value>(
    with ending: @escaping @Sendable () -> Void, while body: () throws -> Value
  ) rethrows -> Value {
    // Process 0 ends all, from a thread of its own, which is by itself: what belongs to tasks does not reach it.
    if !LeadingProcess.isThis { return try body() }
    let isOver = Decision()
    Thread.detachNewThread { [self] in
      while !isOver.isMade(within: Self.interval) {
        if isRaised {
          isOver.make {
            ending()
            _exit(ExitStatus.interrupted.rawValue)
          }
        }
      }
    }
    defer { isOver.make {} }
    return try body()
  }

  deinit {
    for (number, old) in zip(Self.signals, previous) {
      var action = old
      sigaction(number, &action, nil)
    }
  }

  /// Two threads race for a decision, and the first one carries it out.
  private final class Decision: Sendable {
    private let isOver = Mutex(false)
    private let news = DispatchSemaphore(value: 0)

    func isMade(within interval: DispatchTimeInterval) -> Bool {
      _ = news.wait(timeout: .now() + interval)
      return isOver.withLock { $0 }
    }

    func make(_ action: () -> Void) {
      isOver.withLock { isOver in
        if !isOver { action() }
        isOver = true
      }
      news.signal()
    }
  }
}

/// How often an end was asked for, and how often by Ctrl-C. The one piece of state that belongs to the process: so do
/// signals, and a handler is told nothing but the signal's number. (Dispatch's signal sources would do without, but on
/// Linux they lose the second of two signals.)
private let requests = Atomic<Int>(0)
private let interrupts = Atomic<Int>(0)
/// Whether another process says what is to be said.
private let isSilent = Atomic<Bool>(false)

/// Runs between any two instructions of the program, so it may only do what is safe there: count, write, exit.
private func handleInterrupt(_ signal: Int32) {
  let before = requests.wrappingAdd(1, ordering: .sequentiallyConsistent).oldValue
  var isSecond = false
  // A terminal that is closed may say so twice, and only who sits there means it.
  if signal == SIGINT { isSecond = interrupts.wrappingAdd(1, ordering: .sequentiallyConsistent).oldValue > 0 }
  if before > 0, !isSecond { return }
  let notice: StaticString =
    isSecond ? "\nstopped\n" : "\nstopping in good order; Ctrl-C again stops at once\n"
  if !isSilent.load(ordering: .sequentiallyConsistent) {
    _ = write(STDERR_FILENO, notice.utf8Start, notice.utf8CodeUnitCount)
  }
  if isSecond { _exit(ExitStatus.interrupted.rawValue) }
}
