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
    var mixed = RandomKey.mix(seed &+ 0x9e37_79b9_7f4a_7c15)
    mixed = RandomKey.mix(mixed ^ (step &* 0xd134_2543_de82_ef95 &+ 0x2545_f491_4f6c_dd1d))
    return (UInt32(truncatingIfNeeded: mixed), UInt32(truncatingIfNeeded: mixed >> 32))
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var value = value
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}
