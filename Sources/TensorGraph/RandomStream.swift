/// A draw of random numbers in a graph.
package struct RandomDraw: Hashable, Sendable {
  package enum Distribution: String, Hashable, Sendable {
    /// Uniform on (0, 1), ends excluded.
    case uniform
    /// Standard normal.
    case normal
  }

  package let distribution: Distribution
  /// Tells this draw from the others of a program.
  package let stream: UInt32
  package let shape: [Int]
}

/// A source of random numbers inside a traced function.
///
/// Numbers are a function of the seed and step that a program is run with, of the stream's path and draw, of the
/// iteration of a surrounding loop, and of their own position, row-major: counter-based, by Philox 4x32-10
/// (Salmon et al., *Parallel random numbers: as easy as 1, 2, 3*, 2011). The same seed gives the same bits for any
/// number of threads and any size of batch, and row i does not depend on how many rows there are.
///
/// A stream is a value: copies draw the same numbers. Pass it `inout`, or `split` it by name.
public struct RandomStream: Sendable {
  private var path: UInt64
  private var draws: UInt64 = 0
  /// Counts iterations of the loops around, so that each draws anew.
  package var iteration: Tensor?

  /// The stream at the root of a program.
  public init() {
    path = 0xcbf2_9ce4_8422_2325
  }

  /// The stream of a named part: independent of this one and of parts of other names.
  public func split(_ name: String) -> RandomStream {
    var part = self
    // FNV-1a over the name, from a state that differs from every prefix of draws.
    part.path = name.utf8.reduce(path ^ 0xff) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    part.draws = 0
    return part
  }

  /// The part of this name as ``split(_:)`` gives it, while this stream goes on elsewhere: what is drawn from the part
  /// is drawn once, however often this is called.
  public mutating func branch(_ name: String) -> RandomStream {
    let part = split(name)
    self = split("after \(name)")
    return part
  }

  /// Standard normal numbers of the given shape; rows along the first axis are chains.
  public mutating func normal(_ shape: [Int]) -> Tensor { draw(.normal, shape) }

  /// Numbers uniform on (0, 1), ends excluded, of the given shape; rows along the first axis are chains.
  public mutating func uniform(_ shape: [Int]) -> Tensor { draw(.uniform, shape) }

  private mutating func draw(_ distribution: RandomDraw.Distribution, _ shape: [Int]) -> Tensor {
    draws += 1
    // The finaliser of SplitMix64 spreads path and draw over all bits.
    let mixed = SplitMix64.finalized(path &+ draws &* SplitMix64.increment)
    let draw = RandomDraw(distribution: distribution, stream: UInt32(truncatingIfNeeded: mixed >> 32), shape: shape)
    return Tensor.apply(.random(draw), iteration.map { [$0] } ?? [], shape: shape)
  }
}
