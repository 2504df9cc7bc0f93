/// Finds the symbols of a prefix code in a stream of bits.
///
/// Codes of at most ten bits are looked up by the next ten bits. Longer ones, which are rare, are found by counting: among
/// codes of one length, canonical codes are consecutive. Source: RFC 1951 (1996), section 3.2.2.
struct HuffmanTable {
  private static let directBits = 10
  private static let longest = 15

  /// Symbol × 16 + length by the next ten bits; 0 where the code is longer or there is none.
  private var direct = [UInt16](repeating: 0, count: 1 << HuffmanTable.directBits)
  /// Codes of each length.
  private var counts = [Int](repeating: 0, count: HuffmanTable.longest + 1)
  /// Symbols by length, then by value.
  private var symbols: [Int] = []

  /// The table of canonical codes with these lengths, 0 for a symbol without a code.
  ///
  /// - Returns: nil for lengths that no prefix code has. A code that leaves room is taken: RFC 1951 allows one.
  init?(lengths: some Collection<Int>) {
    for length in lengths { counts[length] += 1 }
    counts[0] = 0
    var room = 1
    for length in 1...Self.longest {
      room = 2 * room - counts[length]
      if room < 0 { return nil }
    }
    var code = 0
    for length in 1...Self.longest {
      code <<= 1
      for (symbol, own) in lengths.enumerated() where own == length {
        symbols.append(symbol)
        if length <= Self.directBits {
          // A code's first bit comes first, which is the lowest bit of what the reader shows.
          let reversed = (0..<length).reduce(0) { $0 | (code >> $1 & 1) << (length - 1 - $1) }
          for high in 0..<(1 << (Self.directBits - length)) {
            direct[reversed | high << length] = UInt16(symbol << 4 | length)
          }
        }
        code += 1
      }
    }
  }

  /// The next symbol; nil when the bits end, or begin no code.
  @inline(__always)
  func symbol(from reader: inout BitReader) -> Int? {
    let entry = direct[reader.peek(Self.directBits)]
    if entry != 0 { return reader.drop(Int(entry & 15)) ? Int(entry >> 4) : nil }
    return longSymbol(from: &reader)
  }

  private func longSymbol(from reader: inout BitReader) -> Int? {
    let bits = reader.peek(Self.longest)
    var code = 0
    var first = 0
    var index = 0
    for length in 1...Self.longest {
      code |= bits >> (length - 1) & 1
      if code - first < counts[length] { return reader.drop(length) ? symbols[index + code - first] : nil }
      index += counts[length]
      first = (first + counts[length]) << 1
      code <<= 1
    }
    return nil
  }
}
