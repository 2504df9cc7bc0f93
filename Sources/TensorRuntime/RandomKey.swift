internal import TensorGraph

/// What the random numbers of one run of a program are drawn with.
public struct RandomKey: Hashable, Sendable {
  /// The seed of the whole computation.
  public var seed: UInt64
  /// Which of its runs this is, such as the number of the training iteration.
  public var step: UInt64

  /// A seed and a step; each pair gives independent numbers.
  public init(seed: UInt64, step: UInt64 = 0) {
    self.seed = seed
    self.step = step
  }

  /// The key of Philox: seed and step mixed so that neighbours have nothing in common (SplitMix64's finaliser).
  package var words: (UInt32, UInt32) {
    var mixed = SplitMix64.finalized(seed &+ SplitMix64.increment)
    mixed = SplitMix64.finalized(mixed ^ (step &* 0xd134_2543_de82_ef95 &+ 0x2545_f491_4f6c_dd1d))
    return (UInt32(truncatingIfNeeded: mixed), UInt32(truncatingIfNeeded: mixed >> 32))
  }
}
