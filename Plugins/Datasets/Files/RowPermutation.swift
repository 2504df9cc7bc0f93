/// A pseudo-random order of the integers 0, …, count − 1 that needs no memory: a function of its key.
///
/// A Feistel network of four rounds permutes the numbers of an even number of bits; numbers beyond the count are sent
/// through it again until they fall inside, fewer than four times on average. Source: Black & Rogaway, *Ciphers with
/// arbitrary finite domains*, 2002.
struct RowPermutation {
  private let count: UInt64
  private let halfBits: UInt64
  private let key: UInt64

  /// - Precondition: at least one number.
  init(count: Int, key: UInt64) {
    precondition(count > 0, "a permutation of \(count) rows")
    self.count = UInt64(count)
    let bits = UInt64.bitWidth - UInt64(count - 1).leadingZeroBitCount
    halfBits = UInt64(max(1, (bits + 1) / 2))
    self.key = key
  }

  /// The number at a position from 0 to count − 1.
  subscript(position: Int) -> Int {
    var value = UInt64(position)
    let mask = UInt64(1) << halfBits - 1
    repeat {
      var (left, right) = (value >> halfBits, value & mask)
      for round in 0..<4 as Range<UInt64> {
        (left, right) = (right, left ^ RowPermutation.mix(right ^ (key &+ round &* 0x9e37_79b9_7f4a_7c15)) & mask)
      }
      value = left << halfBits | right
    } while value >= count
    return Int(value)
  }

  /// SplitMix64's finaliser: every bit of the result depends on every bit of the value.
  static func mix(_ value: UInt64) -> UInt64 {
    var mixed = value &+ 0x9e37_79b9_7f4a_7c15
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
