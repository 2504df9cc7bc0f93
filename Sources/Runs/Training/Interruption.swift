internal import Synchronization

/// How training is asked to end early.
package protocol Interruption: Sendable {
  /// Whether it is asked for. Training saves what it has and ends after the update that it is doing.
  var isRaised: Bool { get }

  /// Does something that is long and cannot ask. Whoever can end the process at once calls `ending` and does.
  ///
  /// - Parameters:
  ///   - ending: what is left to do then; on any thread.
  ///   - body: what leaves nothing behind when it is cut off.
  func endingAtOnce<Value>(
    with ending: @escaping @Sendable () -> Void, while body: () throws -> Value
  ) rethrows -> Value
}

extension Interruption {
  /// Does it to its end.
  package func endingAtOnce<Value>(
    with ending: @escaping @Sendable () -> Void, while body: () throws -> Value
  ) rethrows -> Value { try body() }
}

/// The cancellation of a task, seen from the thread that works for it. A class, as both share it.
final class Cancellation: Interruption {
  private let flag = Atomic<Bool>(false)

  var isRaised: Bool { flag.load(ordering: .sequentiallyConsistent) }

  func raise() { flag.store(true, ordering: .sequentiallyConsistent) }
}
