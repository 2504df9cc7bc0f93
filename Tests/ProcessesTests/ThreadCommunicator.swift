import Foundation
import Synchronization
import TensorRuntime

/// Threads of one process that meet as if each were a process of its own.
final class Hall: Sendable {
  let size: Int
  private let state = Mutex(State())
  private let arrivals = NSCondition()

  private struct State {
    var parts: [Int: [UInt8]] = [:]
    /// What is read by those who have not left yet.
    var complete: [[UInt8]] = []
    var leaving = 0
    var exchanges = 0
    var bytes = 0
  }

  init(size: Int) { self.size = size }

  /// How often something was exchanged.
  var exchanges: Int { state.withLock { $0.exchanges } }
  /// Bytes that were given.
  var bytes: Int { state.withLock { $0.bytes } }

  /// Puts one's own part down and takes those of all, once all have come.
  func exchange(_ part: [UInt8], rank: Int) -> [[UInt8]] {
    arrivals.lock()
    defer { arrivals.unlock() }
    // The exchange before has to be over.
    while state.withLock({ $0.leaving > 0 }) { arrivals.wait() }
    let isLast = state.withLock { state -> Bool in
      precondition(state.parts[rank] == nil, "process \(rank) is here twice")
      state.parts[rank] = part
      state.bytes += part.count
      guard state.parts.count == size else { return false }
      state.complete = (0..<size).map { state.parts[$0] ?? [] }
      state.parts = [:]
      state.leaving = size
      state.exchanges += 1
      return true
    }
    if isLast { arrivals.broadcast() }
    while state.withLock({ $0.leaving == 0 }) { arrivals.wait() }
    let parts = state.withLock { state in
      state.leaving -= 1
      return state.complete
    }
    arrivals.broadcast()
    return parts
  }
}

/// One of the threads.
struct ThreadCommunicator: Communicator {
  let hall: Hall
  let rank: Int
  var cost = ExchangeCost(latency: 0, byte: 0)

  var size: Int { hall.size }
  var localSize: Int { hall.size }
  var cores: Int { 1 }

  func gather(_ bytes: UnsafeMutableRawPointer, counts: [Int]) {
    let starts = counts.indices.map { counts[..<$0].reduce(0, +) }
    let own = UnsafeRawBufferPointer(start: bytes + starts[rank], count: counts[rank])
    for (other, part) in hall.exchange(Array(own), rank: rank).enumerated() where other != rank {
      precondition(part.count == counts[other], "\(part.count) bytes of process \(other), expected \(counts[other])")
      part.withUnsafeBytes { part in
        if let base = part.baseAddress { (bytes + starts[other]).copyMemory(from: base, byteCount: part.count) }
      }
    }
  }

  func broadcast(_ bytes: UnsafeMutableRawBufferPointer) {
    let first = hall.exchange(rank == 0 ? Array(bytes) : [], rank: rank)[0]
    if rank != 0 { bytes.copyBytes(from: first) }
  }

  func leave() {}

  func abort(_ message: String) -> Never { fatalError("process \(rank): \(message)") }
}

/// What each of `size` processes makes of `body`, in the order of their ranks.
func inProcesses<Value: Sendable>(
  _ size: Int, cost: ExchangeCost = ExchangeCost(latency: 0, byte: 0), hall: Hall? = nil,
  _ body: @escaping @Sendable (_ rank: Int) throws -> Value
) throws -> [Value] {
  let hall = hall ?? Hall(size: size)
  let results = Mutex<[Int: Result<Value, any Error>]>([:])
  let done = DispatchSemaphore(value: 0)
  for rank in 0..<size {
    let thread = Thread {
      let communicator = ThreadCommunicator(hall: hall, rank: rank, cost: cost)
      let result = Result { try ProcessGroup.$current.withValue(communicator) { try body(rank) } }
      results.withLock { $0[rank] = result }
      done.signal()
    }
    thread.stackSize = 8 << 20
    thread.start()
  }
  for _ in 0..<size { done.wait() }
  return try (0..<size).compactMap { rank in try results.withLock { $0[rank] }?.get() }
}
