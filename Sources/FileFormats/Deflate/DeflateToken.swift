/// A byte, or a repetition of bytes that came before.
enum DeflateToken: Equatable {
  case literal(UInt8)
  /// Length 3...258, distance 1...32,768.
  case match(length: Int, distance: Int)

  static let minimumLength = 3
  static let maximumLength = 258
  static let windowSize = 1 << 15

  /// The symbol that ends a block.
  static let endOfBlock = 256
  static let literalSymbolCount = 286
  static let distanceSymbolCount = 30
}

/// A symbol of one of the two alphabets with the bits that follow its code.
struct DeflateSymbol: Equatable {
  var symbol: Int
  var extra: UInt32
  var extraCount: Int

  /// The symbol of a match length.
  ///
  /// Lengths 3...10 have a symbol each; after that every four symbols take one extra bit more, so the symbol is the
  /// position of the leading bit and the two bits after it. Length 258 has its own symbol without extra bits.
  ///
  /// Source: RFC 1951, section 3.2.5, whose table this reproduces.
  static func length(_ length: Int) -> DeflateSymbol {
    if length == DeflateToken.maximumLength { return DeflateSymbol(symbol: 285, extra: 0, extraCount: 0) }
    let value = length - DeflateToken.minimumLength
    if value < 8 { return DeflateSymbol(symbol: 257 + value, extra: 0, extraCount: 0) }
    let leading = Int.bitWidth - 1 - value.leadingZeroBitCount
    let extraCount = leading - 2
    return DeflateSymbol(
      symbol: 257 + 4 * (leading - 1) + (value >> extraCount) & 3,
      extra: UInt32(value & (1 << extraCount - 1)), extraCount: extraCount)
  }

  /// The symbol of a match distance: the position of the leading bit and the one bit after it.
  static func distance(_ distance: Int) -> DeflateSymbol {
    let value = distance - 1
    if value < 4 { return DeflateSymbol(symbol: value, extra: 0, extraCount: 0) }
    let leading = Int.bitWidth - 1 - value.leadingZeroBitCount
    let extraCount = leading - 1
    return DeflateSymbol(
      symbol: 2 * leading + (value >> extraCount) & 1,
      extra: UInt32(value & (1 << extraCount - 1)), extraCount: extraCount)
  }
}
