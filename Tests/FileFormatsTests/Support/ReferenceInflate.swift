/// A plain Deflate decoder, bit by bit, to check the compressor without other libraries.
///
/// Source: RFC 1951 (1996), whose tables and decoding procedure it follows.
struct ReferenceInflate {
  struct Malformed: Error {}

  private let bytes: [UInt8]
  private var bit = 0

  private static let lengthBases = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ]
  private static let lengthExtras = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distanceBases = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
    8193, 12289, 16385, 24577,
  ]
  private static let distanceExtras = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
  ]

  static func decode(_ bytes: [UInt8]) throws -> [UInt8] {
    var decoder = ReferenceInflate(bytes: bytes)
    var output: [UInt8] = []
    var isLast = false
    while !isLast {
      isLast = try decoder.bits(1) == 1
      switch try decoder.bits(2) {
      case 0: try decoder.stored(&output)
      case 1:
        let literals = Table((0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
        try decoder.compressed(literals, Table([Int](repeating: 5, count: 30)), &output)
      case 2:
        let (literals, distances) = try decoder.tables()
        try decoder.compressed(literals, distances, &output)
      default: throw Malformed()
      }
    }
    guard (decoder.bit + 7) / 8 == bytes.count else { throw Malformed() }
    return output
  }

  /// Symbols by code length and code.
  private struct Table {
    var symbols: [[Int: Int]] = Array(repeating: [:], count: 16)

    init(_ lengths: [Int]) {
      var code = 0
      for length in 1...15 {
        for (symbol, own) in lengths.enumerated() where own == length {
          symbols[length][code] = symbol
          code += 1
        }
        code <<= 1
      }
    }
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  private mutating func bits(_ count: Int) throws -> Int {
    var value = 0
    for index in 0..<count {
      guard bit / 8 < bytes.count else { throw Malformed() }
      value |= Int(bytes[bit / 8] >> UInt8(bit % 8) & 1) << index
      bit += 1
    }
    return value
  }

  private mutating func symbol(_ table: Table) throws -> Int {
    var code = 0
    for length in 1...15 {
      code = code << 1 | (try bits(1))
      if let symbol = table.symbols[length][code] { return symbol }
    }
    throw Malformed()
  }

  private mutating func stored(_ output: inout [UInt8]) throws {
    bit = (bit + 7) / 8 * 8
    let count = try bits(16)
    guard try bits(16) == count ^ 0xffff else { throw Malformed() }
    for _ in 0..<count { output.append(UInt8(try bits(8))) }
  }

  private mutating func tables() throws -> (Table, Table) {
    let literalCount = try bits(5) + 257
    let distanceCount = try bits(5) + 1
    let codeCount = try bits(4) + 4
    var codeLengths = [Int](repeating: 0, count: 19)
    for symbol in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15].prefix(codeCount) {
      codeLengths[symbol] = try bits(3)
    }
    let code = Table(codeLengths)
    var lengths: [Int] = []
    while lengths.count < literalCount + distanceCount {
      switch try symbol(code) {
      case 16:
        guard let last = lengths.last else { throw Malformed() }
        lengths += [Int](repeating: last, count: try bits(2) + 3)
      case 17: lengths += [Int](repeating: 0, count: try bits(3) + 3)
      case 18: lengths += [Int](repeating: 0, count: try bits(7) + 11)
      case let length: lengths.append(length)
      }
    }
    guard lengths.count == literalCount + distanceCount else { throw Malformed() }
    return (Table(Array(lengths[..<literalCount])), Table(Array(lengths[literalCount...])))
  }

  private mutating func compressed(_ literals: Table, _ distances: Table, _ output: inout [UInt8]) throws {
    while true {
      let symbol = try symbol(literals)
      if symbol < 256 {
        output.append(UInt8(symbol))
      } else if symbol == 256 {
        return
      } else {
        guard symbol - 257 < Self.lengthBases.count else { throw Malformed() }
        let length = Self.lengthBases[symbol - 257] + (try bits(Self.lengthExtras[symbol - 257]))
        let code = try self.symbol(distances)
        guard code < Self.distanceBases.count else { throw Malformed() }
        let distance = Self.distanceBases[code] + (try bits(Self.distanceExtras[code]))
        guard distance <= output.count else { throw Malformed() }
        for _ in 0..<length { output.append(output[output.count - distance]) }
      }
    }
  }
}
