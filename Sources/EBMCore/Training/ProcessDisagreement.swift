/// Processes that train one model and have come to have different weights, which they never should: memory that fails,
/// another program or processor than the others', a component that computes with something of its own process.
public struct ProcessDisagreement: Error, CustomStringConvertible, Sendable {
  /// Updates from one look to the next: to look takes less time than one update takes to read the weights.
  static let interval = 32

  /// Updates that are done.
  public let iteration: Int
  /// The first process that has other values than process 0.
  public let other: Int

  /// One line with what is known.
  public var description: String {
    """
    process \(other) has other weights than process 0 after iteration \(iteration), though all compute the same; \
    nothing since the last checkpoint is saved
    """
  }
}
