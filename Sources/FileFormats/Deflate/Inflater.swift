/// Decodes one Deflate stream into a buffer of known size.
///
/// Source: RFC 1951 (1996), section 3.2.
struct Inflater {
  private var reader: BitReader
  private let output: UnsafeMutableBufferPointer<UInt8>
  /// Bytes decoded so far.
  private(set) var count = 0

  init(_ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) {
    reader = BitReader(input)
    self.output = output
  }

  /// Bytes of the input that the stream takes so far.
  var usedCount: Int { reader.usedCount }

  /// Decodes all blocks.
  mutating func run() throws(Deflate.Malformed) {
    var isLast = false
    while !isLast {
      isLast = try bits(1) == 1
      switch try bits(2) {
      case 0: try copyStored()
      case 1: try decode(Self.fixedLiterals, Self.fixedDistances)
      case 2:
        let (literals, distances) = try tables()
        try decode(literals, distances)
      default: throw malformed("block type 3", "type 0, 1 or 2")
      }
    }
  }

  private static let fixedLiterals = HuffmanTable(
    lengths: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
  private static let fixedDistances = HuffmanTable(lengths: [Int](repeating: 5, count: 30))

  /// Least length of each length symbol, and its extra bits.
  private static let lengths: [(base: Int, extra: Int)] = (0..<29).map { symbol in
    if symbol == 28 { return (258, 0) }
    let extra = max(0, symbol / 4 - 1)
    return (3 + (symbol < 8 ? symbol : (4 + symbol % 4) << extra), extra)
  }

  /// Least distance of each distance symbol, and its extra bits.
  private static let distances: [(base: Int, extra: Int)] = (0..<30).map { symbol in
    let extra = max(0, symbol / 2 - 1)
    return (1 + (symbol < 4 ? symbol : (2 + symbol % 2) << extra), extra)
  }

  private mutating func copyStored() throws(Deflate.Malformed) {
    reader.align()
    let length = try bits(16)
    guard try bits(16) == length ^ 0xffff else { throw malformed("a stored block's length without its complement") }
    guard let bytes = reader.takeBytes(length) else {
      throw malformed("the end of the stream", "\(length) stored bytes")
    }
    guard length <= output.count - count else { throw tooLong() }
    for byte in bytes {
      output[count] = byte
      count += 1
    }
  }

  private mutating func tables() throws(Deflate.Malformed) -> (HuffmanTable, HuffmanTable) {
    let literalCount = try bits(5) + 257
    let distanceCount = try bits(5) + 1
    let codeCount = try bits(4) + 4
    var codeLengths = [Int](repeating: 0, count: 19)
    for symbol in DeflateCodeDescription.order.prefix(codeCount) { codeLengths[symbol] = try bits(3) }
    guard let code = HuffmanTable(lengths: codeLengths) else { throw malformed("code lengths that no code has") }
    var lengths: [Int] = []
    while lengths.count < literalCount + distanceCount {
      switch code.symbol(from: &reader) {
      case nil: throw malformed("a bad code length or the end of the stream")
      case 16:
        guard let last = lengths.last else { throw malformed("a repetition before the first code length") }
        lengths += [Int](repeating: last, count: try bits(2) + 3)
      case 17: lengths += [Int](repeating: 0, count: try bits(3) + 3)
      case 18: lengths += [Int](repeating: 0, count: try bits(7) + 11)
      case let length?: lengths.append(length)
      }
    }
    guard lengths.count == literalCount + distanceCount, lengths[256] > 0,
      let literals = HuffmanTable(lengths: lengths[..<literalCount]),
      let distances = HuffmanTable(lengths: lengths[literalCount...])
    else { throw malformed("code lengths that no code has") }
    return (literals, distances)
  }

  private mutating func decode(_ literals: HuffmanTable?, _ distances: HuffmanTable?) throws(Deflate.Malformed) {
    guard let literals, let distances else { throw malformed("code lengths that no code has") }
    while true {
      guard let symbol = literals.symbol(from: &reader) else { throw malformed("a bad code or the end of the stream") }
      if symbol < 256 {
        guard count < output.count else { throw tooLong() }
        output[count] = UInt8(truncatingIfNeeded: symbol)
        count += 1
        continue
      }
      if symbol == 256 { return }
      guard symbol - 257 < Self.lengths.count else { throw malformed("length symbol \(symbol)", "at most 285") }
      let length = Self.lengths[symbol - 257].base + (try bits(Self.lengths[symbol - 257].extra))
      guard let code = distances.symbol(from: &reader), code < Self.distances.count else {
        throw malformed("a bad distance or the end of the stream")
      }
      let distance = Self.distances[code].base + (try bits(Self.distances[code].extra))
      guard distance <= count else { throw malformed("a distance of \(distance)", "at most the \(count) bytes before") }
      guard length <= output.count - count else { throw tooLong() }
      // Byte by byte: a distance below the length repeats what is being written.
      for _ in 0..<length {
        output[count] = output[count - distance]
        count += 1
      }
    }
  }

  private mutating func bits(_ count: Int) throws(Deflate.Malformed) -> Int {
    guard let bits = reader.take(count) else { throw malformed("the end of the stream", "\(count) bits") }
    return bits
  }

  private func malformed(_ found: String, _ expected: String = "a Deflate stream") -> Deflate.Malformed {
    Deflate.Malformed(offset: reader.usedCount, found: found, expected: expected)
  }

  private func tooLong() -> Deflate.Malformed {
    malformed("more than \(output.count) bytes", "\(output.count) bytes, as the file says")
  }
}
