/// Changes of bytes without regard to what they mean.
enum ByteMutation {
  /// Numbers at which code that counts, adds or shifts goes wrong.
  static let boundaries: [UInt64] = {
    let powers: [UInt64] = [7, 8, 15, 16, 20, 24, 31, 32, 33, 48, 52, 53, 62, 63].flatMap { shift -> [UInt64] in
      let power = UInt64(1) << shift
      return [power - 1, power, power + 1]
    }
    return [0, 1, 2, 3, 4, .max, .max - 1, .max - 7, .max / 2, .max / 4, 0x8000_0000_0000_0001] + powers
      + powers.map { 0 &- $0 }
  }()

  /// Longest input that mutations make.
  static let longest = 1 << 16

  /// Does one to eight changes, mostly few.
  static func apply(to bytes: inout [UInt8], other: [UInt8], _ random: inout InputGenerator) {
    for _ in 0...random.length(7) { change(&bytes, other, &random) }
    if bytes.count > longest { bytes.removeSubrange(longest...) }
  }

  private static func change(_ bytes: inout [UInt8], _ other: [UInt8], _ random: inout InputGenerator) {
    guard !bytes.isEmpty else {
      bytes = random.bytes(random.length(64))
      return
    }
    // Headers are at the beginning, directories at the end.
    func place(_ random: inout InputGenerator) -> Int {
      switch random.below(4) {
      case 0: random.below(min(bytes.count, 64))
      case 1: bytes.count - 1 - random.below(min(bytes.count, 64))
      default: random.below(bytes.count)
      }
    }
    let start = place(&random)
    let end = min(bytes.count, start + random.length(32))
    switch random.below(10) {
    case 0: bytes[start] ^= 1 << UInt8(random.below(8))
    case 1: bytes[start] = random.pick([0, 1, 0x7f, 0x80, 0xff, UInt8(truncatingIfNeeded: random.next())])
    case 2:
      let width = random.pick([1, 2, 4, 8])
      let number = random.pick(boundaries)
      let isBigEndian = random.isOne(in: 2)
      for index in 0..<min(width, bytes.count - start) {
        bytes[start + index] = UInt8(
          truncatingIfNeeded: number >> UInt64(8 * (isBigEndian ? width - 1 - index : index)))
      }
    case 3:
      let change = UInt8(truncatingIfNeeded: random.below(9) - 4)
      bytes[start] &+= change
    case 4: bytes.removeSubrange(start..<end)
    case 5: bytes.insert(contentsOf: random.bytes(end - start), at: start)
    case 6: bytes.insert(contentsOf: Array(bytes[start..<end]), at: place(&random))
    case 7: bytes.removeSubrange(start...)
    case 8:
      guard !other.isEmpty else { return }
      let from = random.below(other.count)
      bytes.replaceSubrange(start..<end, with: other[from..<min(other.count, from + random.length(256))])
    default: for index in start..<end { bytes[index] = random.pick([0, 0xff, 0x20, UInt8(random.below(256))]) }
    }
  }
}
