/// Takes bits from bytes, lowest first, as Deflate packs them.
struct BitReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var next = 0
  private var pending: UInt64 = 0
  private var pendingCount = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Bytes of which at least one bit was taken.
  var usedCount: Int { next - pendingCount / 8 }

  /// The next `count` bits without taking them; zeros stand for what is beyond the end.
  ///
  /// - Precondition: `count` is at most 48.
  @inline(__always)
  mutating func peek(_ count: Int) -> Int {
    while pendingCount < count, next < bytes.count {
      pending |= UInt64(bytes[next]) << UInt64(pendingCount)
      pendingCount += 8
      next += 1
    }
    return Int(pending & (1 << UInt64(count) - 1))
  }

  /// Drops bits that `peek` showed.
  ///
  /// - Returns: false when there are fewer.
  @inline(__always)
  mutating func drop(_ count: Int) -> Bool {
    guard count <= pendingCount else { return false }
    pending >>= UInt64(count)
    pendingCount -= count
    return true
  }

  /// The next `count` bits; nil when there are fewer.
  mutating func take(_ count: Int) -> Int? {
    let bits = peek(count)
    return drop(count) ? bits : nil
  }

  /// Drops the rest of a byte of which a bit was taken.
  mutating func align() { _ = drop(pendingCount % 8) }

  /// The next `count` whole bytes; nil when there are fewer. The reader must be aligned.
  mutating func takeBytes(_ count: Int) -> UnsafeBufferPointer<UInt8>? {
    let start = usedCount
    guard count <= bytes.count - start else { return nil }
    (next, pending, pendingCount) = (start + count, 0, 0)
    return UnsafeBufferPointer(rebasing: bytes[start..<start + count])
  }
}
