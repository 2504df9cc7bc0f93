/// A small generator of 64-bit numbers from a seed, the same on every machine: for what is drawn outside of programs.
///
/// Source: G. Steele, D. Lea and C. Flood, *Fast splittable pseudorandom number generators*, OOPSLA 2014.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) {
    state = seed
  }

  package mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.finalized(state)
  }

  /// What the state grows by: 2⁶⁴ over the golden ratio.
  package static let increment: UInt64 = 0x9e37_79b9_7f4a_7c15

  /// A bijection after which every bit depends on every bit of the value.
  package static func finalized(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
