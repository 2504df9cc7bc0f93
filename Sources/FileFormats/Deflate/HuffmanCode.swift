/// A prefix code over the symbols 0, 1, 2, …, given by its code lengths.
///
/// Source: RFC 1951 (1996), section 3.2.2: among codes of one length, smaller symbols have smaller codes.
package struct HuffmanCode {
  /// Bits of each symbol's code, 0 for a symbol without one.
  package let lengths: [Int]

  /// The codes with their bits reversed: Deflate sends a code's first bit first, and `BitWriter` the lowest.
  let reversedCodes: [UInt32]

  /// The canonical code with these lengths.
  init(lengths: [Int]) {
    var next = [UInt32](repeating: 0, count: 17)
    var counts = next
    for length in lengths where length > 0 { counts[length] += 1 }
    for length in 1..<next.count { next[length] = (next[length - 1] + counts[length - 1]) << 1 }
    var codes = [UInt32](repeating: 0, count: lengths.count)
    for (symbol, length) in lengths.enumerated() where length > 0 {
      codes[symbol] = next[length].bitReversed(count: length)
      next[length] += 1
    }
    self.lengths = lengths
    self.reversedCodes = codes
  }

  /// The code with the fewest bits in all for these frequencies, no code longer than `limit`.
  ///
  /// Fewer than two symbols in use are made two, because some decoders refuse an incomplete code.
  ///
  /// - Precondition: `frequencies.count` is from 2 to 2^`limit`.
  package init(frequencies: [Int], limit: Int) {
    precondition(
      (2...(1 << limit)).contains(frequencies.count),
      "a Huffman code of \(frequencies.count) symbols does not fit \(limit) bits")
    var weights = frequencies
    for symbol in weights.indices where weights.lazy.filter({ $0 > 0 }).count < 2 && weights[symbol] == 0 {
      weights[symbol] = 1
    }
    self.init(lengths: Self.lengths(weights, limit: limit))
  }

  /// Optimal code lengths by package-merge.
  ///
  /// A list is made `limit` times from the symbols and the pairs of the list before, in order of weight. Of the last
  /// list the 2n − 2 lightest items count, and of each earlier list those inside the pairs that counted; a symbol's
  /// length is the number of lists in which it does. As symbols are sorted, those that count are always the lightest
  /// few, so it is enough to remember which items of a list are symbols.
  ///
  /// Source: L. Larmore and D. Hirschberg, "A fast algorithm for optimal length-limited Huffman codes", J. ACM 37
  /// (1990).
  private static func lengths(_ weights: [Int], limit: Int) -> [Int] {
    let symbols = weights.indices.filter { weights[$0] > 0 }.sorted { (weights[$0], $0) < (weights[$1], $1) }
    var lists: [[Bool]] = []
    var previous: [Int] = []
    for _ in 0..<limit {
      var merged: [Int] = []
      var isSymbol: [Bool] = []
      var symbol = 0
      var pair = 0
      while symbol < symbols.count || 2 * pair + 1 < previous.count {
        let pairWeight = 2 * pair + 1 < previous.count ? previous[2 * pair] + previous[2 * pair + 1] : .max
        if symbol < symbols.count, weights[symbols[symbol]] <= pairWeight {
          merged.append(weights[symbols[symbol]])
          isSymbol.append(true)
          symbol += 1
        } else {
          merged.append(pairWeight)
          isSymbol.append(false)
          pair += 1
        }
      }
      lists.append(isSymbol)
      previous = merged
    }
    var lengths = [Int](repeating: 0, count: weights.count)
    var taken = 2 * symbols.count - 2
    for list in lists.reversed() {
      let symbolCount = list.prefix(taken).lazy.filter { $0 }.count
      for symbol in symbols.prefix(symbolCount) { lengths[symbol] += 1 }
      taken = 2 * (taken - symbolCount)
    }
    return lengths
  }
}

extension UInt32 {
  /// The lowest `count` bits in the opposite order.
  fileprivate func bitReversed(count: Int) -> UInt32 {
    var reversed: UInt32 = 0
    for bit in 0..<count where self >> UInt32(bit) & 1 == 1 { reversed |= 1 << UInt32(count - 1 - bit) }
    return reversed
  }
}
