/// One block of a Deflate stream: tokens, and the form in which they take the fewest bits.
///
/// Source: RFC 1951 (1996), section 3.2.
struct DeflateBlock {
  private let tokens: [DeflateToken]
  /// The bytes that the tokens stand for.
  private let source: ArraySlice<UInt8>

  init(tokens: [DeflateToken], source: ArraySlice<UInt8>) {
    self.tokens = tokens
    self.source = source
  }

  /// Writes the block as stored bytes, with the fixed codes or with codes of its own, whichever is shortest.
  func write(to writer: inout BitWriter, isLast: Bool) {
    let (literals, distances) = frequencies()
    let literalCode = HuffmanCode(frequencies: literals, limit: 15)
    let distanceCode = HuffmanCode(frequencies: distances, limit: 15)
    let description = DeflateCodeDescription(literals: literalCode, distances: distanceCode)

    func bitCount(_ literalCode: HuffmanCode, _ distanceCode: HuffmanCode) -> Int {
      zip(literals, literalCode.lengths).reduce(0) { $0 + $1.0 * $1.1 }
        + zip(distances, distanceCode.lengths).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let ownBits = description.bitCount + bitCount(literalCode, distanceCode)
    let fixedBits = bitCount(Self.fixedLiterals, Self.fixedDistances)
    // Tokens have the same extra bits with either code; a stored block has none, so that many less are compared.
    // A chunk has 3 bits of type and 32 of length beside its padding.
    let chunks = max(1, (source.count + Self.storedLimit - 1) / Self.storedLimit)
    let storedBits = 8 * source.count + chunks * 35 + writer.paddingCount - extraBitCount

    if storedBits < min(ownBits, fixedBits) {
      writeStored(to: &writer, isLast: isLast)
    } else if fixedBits <= ownBits {
      writer.append((isLast ? 1 : 0) | 1 << 1, count: 3)
      writeTokens(to: &writer, Self.fixedLiterals, Self.fixedDistances)
    } else {
      writer.append((isLast ? 1 : 0) | 2 << 1, count: 3)
      description.write(to: &writer)
      writeTokens(to: &writer, literalCode, distanceCode)
    }
  }

  private static let storedLimit = 65_535

  private static let fixedLiterals = HuffmanCode(
    lengths: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })

  private static let fixedDistances = HuffmanCode(lengths: [Int](repeating: 5, count: 32))

  private func frequencies() -> (literals: [Int], distances: [Int]) {
    var literals = [Int](repeating: 0, count: DeflateToken.literalSymbolCount)
    var distances = [Int](repeating: 0, count: DeflateToken.distanceSymbolCount)
    literals[DeflateToken.endOfBlock] = 1
    for token in tokens {
      switch token {
      case .literal(let byte): literals[Int(byte)] += 1
      case .match(let length, let distance):
        literals[DeflateSymbol.length(length).symbol] += 1
        distances[DeflateSymbol.distance(distance).symbol] += 1
      }
    }
    return (literals, distances)
  }

  private var extraBitCount: Int {
    tokens.reduce(0) { sum, token in
      guard case .match(let length, let distance) = token else { return sum }
      return sum + DeflateSymbol.length(length).extraCount + DeflateSymbol.distance(distance).extraCount
    }
  }

  private func writeTokens(to writer: inout BitWriter, _ literals: HuffmanCode, _ distances: HuffmanCode) {
    func write(_ symbol: DeflateSymbol, _ code: HuffmanCode) {
      writer.append(code.reversedCodes[symbol.symbol], count: code.lengths[symbol.symbol])
      writer.append(symbol.extra, count: symbol.extraCount)
    }
    for token in tokens {
      switch token {
      case .literal(let byte):
        writer.append(literals.reversedCodes[Int(byte)], count: literals.lengths[Int(byte)])
      case .match(let length, let distance):
        write(.length(length), literals)
        write(.distance(distance), distances)
      }
    }
    write(DeflateSymbol(symbol: DeflateToken.endOfBlock, extra: 0, extraCount: 0), literals)
  }

  private func writeStored(to writer: inout BitWriter, isLast: Bool) {
    var rest = source
    repeat {
      let chunk = rest.prefix(Self.storedLimit)
      rest = rest.dropFirst(chunk.count)
      writer.append(isLast && rest.isEmpty ? 1 : 0, count: 3)
      writer.align()
      writer.append(UInt32(chunk.count), count: 16)
      writer.append(UInt32(chunk.count) ^ 0xffff, count: 16)
      writer.append(contentsOf: chunk)
    } while !rest.isEmpty
  }
}
