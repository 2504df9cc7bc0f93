/// The two checksums of compressed files.
package enum Checksum {
  /// The CRC-32 of PNG and ZIP: the polynomial x^32 + x^26 + x^23 + … + 1 with reflected bits.
  ///
  /// Source: PNG specification, third edition, section 5.5 and annex D.
  package static func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var checksum = CRC32()
    if bytes.withContiguousStorageIfAvailable({ checksum.add(UnsafeRawBufferPointer($0)) }) == nil {
      Array(bytes).withUnsafeBytes { checksum.add($0) }
    }
    return checksum.value
  }

  /// The Adler-32 of zlib: a sum of the bytes and a sum of those sums, both modulo 65,521.
  ///
  /// Source: RFC 1950 (1996), section 8.
  package static func adler32(_ bytes: [UInt8]) -> UInt32 {
    let modulus: UInt32 = 65_521
    // The longest run for which the second sum, 255·n(n + 1)/2 + (n + 1)(modulus − 1), stays below 2^32.
    let run = 5_552
    var sum: UInt32 = 1
    var sumOfSums: UInt32 = 0
    var start = 0
    while start < bytes.count {
      let end = min(start + run, bytes.count)
      for byte in bytes[start..<end] {
        sum &+= UInt32(byte)
        sumOfSums &+= sum
      }
      sum %= modulus
      sumOfSums %= modulus
      start = end
    }
    return sumOfSums << 16 | sum
  }
}

extension UInt32 {
  /// The four bytes, most significant first.
  var bigEndianBytes: [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: self >> $0) } }
}
