/// The part of a Deflate block that tells the decoder its two codes.
///
/// The code lengths of both alphabets are one sequence, in which runs are shortened, and which has a code of its own.
///
/// Source: RFC 1951 (1996), section 3.2.7.
struct DeflateCodeDescription {
  /// A code length 0...15, or a run: 16 repeats the length before 3...6 times, 17 and 18 are 3...10 and 11...138 zeros.
  private struct Item {
    var symbol: Int
    var extra: UInt32 = 0

    var extraCount: Int {
      switch symbol {
      case 16: 2
      case 17: 3
      case 18: 7
      default: 0
      }
    }
  }

  /// The order in which the lengths of the third code are sent: the rarely used last, where they can be left out.
  static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  private let literalCount: Int
  private let distanceCount: Int
  private let items: [Item]
  private let code: HuffmanCode
  private let codeCount: Int

  init(literals: HuffmanCode, distances: HuffmanCode) {
    literalCount = max(257, (literals.lengths.lastIndex { $0 > 0 } ?? 0) + 1)
    distanceCount = max(1, (distances.lengths.lastIndex { $0 > 0 } ?? 0) + 1)
    items = Self.items(literals.lengths.prefix(literalCount) + distances.lengths.prefix(distanceCount))
    var frequencies = [Int](repeating: 0, count: 19)
    for item in items { frequencies[item.symbol] += 1 }
    let code = HuffmanCode(frequencies: frequencies, limit: 7)
    self.code = code
    codeCount = max(4, (Self.order.lastIndex { code.lengths[$0] > 0 } ?? 0) + 1)
  }

  /// Bits that `write(to:)` takes.
  var bitCount: Int {
    items.reduce(14 + 3 * codeCount) { $0 + code.lengths[$1.symbol] + $1.extraCount }
  }

  func write(to writer: inout BitWriter) {
    writer.append(UInt32(literalCount - 257), count: 5)
    writer.append(UInt32(distanceCount - 1), count: 5)
    writer.append(UInt32(codeCount - 4), count: 4)
    for symbol in Self.order.prefix(codeCount) { writer.append(UInt32(code.lengths[symbol]), count: 3) }
    for item in items {
      writer.append(code.reversedCodes[item.symbol], count: code.lengths[item.symbol])
      writer.append(item.extra, count: item.extraCount)
    }
  }

  private static func items(_ lengths: ArraySlice<Int>) -> [Item] {
    var items: [Item] = []
    var rest = lengths
    while let length = rest.first {
      let run = rest.prefix { $0 == length }.count
      var used = 1
      if length == 0, run >= 11 {
        used = min(run, 138)
        items.append(Item(symbol: 18, extra: UInt32(used - 11)))
      } else if length == 0, run >= 3 {
        used = run
        items.append(Item(symbol: 17, extra: UInt32(used - 3)))
      } else if run >= 4 {
        used = min(run, 7)
        items.append(Item(symbol: length))
        items.append(Item(symbol: 16, extra: UInt32(used - 4)))
      } else {
        items.append(Item(symbol: length))
      }
      rest = rest.dropFirst(used)
    }
    return items
  }
}
