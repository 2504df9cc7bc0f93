/// The CRC-32 of PNG and ZIP, added up piece by piece: x^32 + x^26 + x^23 + … + 1 with reflected bits.
///
/// Eight bytes a turn through eight tables, one for each distance of a byte from the end of the eight.
/// Source: M. E. Kounavis and F. L. Berry (2008), Novel table lookup-based algorithms for high-performance CRC
/// generation, IEEE Transactions on Computers 57(11), "slicing-by-8".
package struct CRC32 {
  private static let tables: [UInt32] = {
    var tables = (0..<256).map { index -> UInt32 in
      var value = UInt32(index)
      for _ in 0..<8 { value = (value & 1 == 1 ? 0xedb8_8320 : 0) ^ (value >> 1) }
      return value
    }
    for position in 256..<2_048 {
      let before = tables[position - 256]
      tables.append(tables[Int(before & 0xff)] ^ (before >> 8))
    }
    return tables
  }()

  private var remainder = UInt32.max

  /// The checksum of no bytes.
  package init() {}

  /// The checksum of all bytes that were added.
  package var value: UInt32 { ~remainder }

  /// Goes on with more bytes.
  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    remainder = Self.tables.withUnsafeBufferPointer { tables in
      var remainder = remainder
      var position = 0
      func entry(_ table: Int, _ word: UInt32, _ shift: UInt32) -> UInt32 {
        tables[(table << 8) | Int((word >> shift) & 0xff)]
      }
      while position + 8 <= bytes.count {
        let low =
          remainder ^ UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
        let high = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self))
        let first = entry(7, low, 0) ^ entry(6, low, 8) ^ entry(5, low, 16) ^ entry(4, low, 24)
        let second = entry(3, high, 0) ^ entry(2, high, 8) ^ entry(1, high, 16) ^ entry(0, high, 24)
        remainder = first ^ second
        position += 8
      }
      for byte in bytes[position...] { remainder = entry(0, remainder ^ UInt32(byte), 0) ^ (remainder >> 8) }
      return remainder
    }
  }
}
