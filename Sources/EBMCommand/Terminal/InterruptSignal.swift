import Glibc
import Synchronization

/// Whether Ctrl-C was pressed: the first one asks for an orderly end, the second one ends the program at once with
/// status 130. A request to terminate, as batch systems send it, counts like Ctrl-C.
///
/// A class because it owns the process's handlers while it lives; when nobody holds it any more, Ctrl-C does what it did
/// before. One at a time. Whoever has to stop keeps it and asks ``isRaised``.
package final class InterruptSignal: Sendable {
  private static let signals = [SIGINT, SIGTERM]

  private let previous: [sigaction]

  /// Starts listening.
  package init() {
    interrupts.store(0, ordering: .sequentiallyConsistent)
    previous = Self.signals.map { number in
      var action = sigaction()
      action.__sigaction_handler.sa_handler = handleInterrupt
      // System calls go on after the handler instead of failing with EINTR.
      action.sa_flags = SA_RESTART
      var old = sigaction()
      sigaction(number, &action, &old)
      return old
    }
  }

  /// Whether an orderly end was asked for since listening started.
  package var isRaised: Bool { interrupts.load(ordering: .sequentiallyConsistent) > 0 }

  deinit {
    for (number, old) in zip(Self.signals, previous) {
      var action = old
      sigaction(number, &action, nil)
    }
  }
}

/// How often Ctrl-C was pressed. The one piece of state that belongs to the process: so do signals, and a handler is
/// told nothing but the signal's number. (Dispatch's signal sources would do without, but on Linux they lose the
/// second of two signals.)
private let interrupts = Atomic<Int>(0)

/// Runs between any two instructions of the program, so it may only do what is safe there: count, write, exit.
private func handleInterrupt(_ signal: Int32) {
  let count = interrupts.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
  let notice: StaticString = count == 1 ? "\nstopping in good order; Ctrl-C again stops at once\n" : "\nstopped\n"
  _ = write(STDERR_FILENO, notice.utf8Start, notice.utf8CodeUnitCount)
  if count > 1 { _exit(ExitStatus.interrupted.rawValue) }
}
