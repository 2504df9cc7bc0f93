/// Packs codes into bytes, first bit lowest, as Deflate wants them.
struct BitWriter {
  /// The whole bytes so far.
  private(set) var bytes: [UInt8] = []

  private var pending: UInt64 = 0
  private var pendingCount = 0

  /// Adds the low `count` bits of `value`.
  ///
  /// - Precondition: `count` is at most 32 and `value` has no bit above it.
  mutating func append(_ value: UInt32, count: Int) {
    pending |= UInt64(value) << UInt64(pendingCount)
    pendingCount += count
    while pendingCount >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      pendingCount -= 8
    }
  }

  /// Adds zero bits up to the next whole byte.
  mutating func align() {
    if pendingCount > 0 { append(0, count: 8 - pendingCount) }
  }

  /// Adds whole bytes; the writer must be aligned.
  mutating func append(contentsOf slice: ArraySlice<UInt8>) {
    precondition(pendingCount == 0, "BitWriter.append(contentsOf:) with \(pendingCount) bits pending; align() first")
    bytes.append(contentsOf: slice)
  }

  /// Bits that `align()` would add.
  var paddingCount: Int { (8 - pendingCount) % 8 }
}
