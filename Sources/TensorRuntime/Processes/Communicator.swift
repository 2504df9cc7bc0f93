/// How processes that run one computation together reach each other.
///
/// All of them make the same calls in the same order, from one thread at a time; a call returns when what it needs of
/// the others has come.
package protocol Communicator: Sendable {
  /// Which process this is, from 0.
  var rank: Int { get }
  /// How many processes there are.
  var size: Int { get }
  /// How many of them, this one included, run on this machine.
  var localSize: Int { get }
  /// Cores of this process: of a core that several may use, its part.
  var cores: Int { get }
  /// What it takes to exchange something; the same in all processes, as it decides what they share.
  var cost: ExchangeCost { get }

  /// Gives each process the parts of all.
  ///
  /// - Parameters:
  ///   - bytes: room for all parts, one behind the other in the order of ranks; one's own is filled.
  ///   - counts: bytes of each part; the same in all processes.
  func gather(_ bytes: UnsafeMutableRawPointer, counts: [Int])

  /// Gives each process the bytes of process 0.
  ///
  /// - Parameter bytes: as many in all processes; filled in process 0.
  func broadcast(_ bytes: UnsafeMutableRawBufferPointer)

  /// Leaves the others, at the end; all do.
  func leave()

  /// Ends all processes, with a message on standard error.
  func abort(_ message: String) -> Never
}

/// What an exchange takes.
package struct ExchangeCost: Sendable {
  /// Nanoseconds of one that has nothing to carry.
  package var latency: Double
  /// Nanoseconds for each byte that a process gets.
  package var byte: Double

  /// Between processes of one machine: a few microseconds through shared memory, and two copies of each byte.
  package static let withinMachine = ExchangeCost(latency: 10_000, byte: 0.5)
  /// Between machines: 10 Gb Ethernet, the slowest network that a cluster has.
  package static let betweenMachines = ExchangeCost(latency: 50_000, byte: 1)

  package init(latency: Double, byte: Double) {
    self.latency = latency
    self.byte = byte
  }
}

/// A process by itself.
package struct SingleProcess: Communicator {
  package let rank = 0
  package let size = 1
  package let localSize = 1
  package var cores: Int { coreCount() }
  package let cost = ExchangeCost(latency: 0, byte: 0)

  package init() {}
  package func gather(_ bytes: UnsafeMutableRawPointer, counts: [Int]) {}
  package func broadcast(_ bytes: UnsafeMutableRawBufferPointer) {}
  package func leave() {}
  package func abort(_ message: String) -> Never { fatalError(message) }
}
