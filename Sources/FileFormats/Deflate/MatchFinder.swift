/// Splits bytes into literals and repetitions.
///
/// Earlier positions are chained by a hash of their next three bytes; a chain is searched from the nearest position
/// on. A match is put off by one byte if the next position has a longer one (lazy matching).
struct MatchFinder {
  /// Positions of a chain that are compared; more compress little better and cost time on repetitive input.
  private static let searchLimit = 64

  /// A match this long is taken without looking whether the next byte has a longer one.
  private static let goodLength = 32

  private static let hashBits = 15

  private let input: [UInt8]
  /// The latest position of each hash, −1 for none.
  private var heads = [Int32](repeating: -1, count: 1 << MatchFinder.hashBits)
  /// The position before a position in its chain, kept for the last window of positions.
  private var earlier = [Int32](repeating: -1, count: DeflateToken.windowSize)
  private var inserted = 0

  /// The first byte that is in no token yet.
  private(set) var position = 0

  /// - Precondition: fewer than 2^31 bytes, so that positions fit 32 bits.
  init(_ input: [UInt8]) {
    precondition(input.count <= Int(Int32.max), "\(input.count) bytes to compress, at most \(Int32.max)")
    self.input = input
  }

  /// Whether every byte is in a token.
  var isFinished: Bool { position == input.count }

  /// The tokens of the next stretch of the input.
  ///
  /// - Parameter limit: the most tokens to make, at least 1.
  /// - Returns: tokens that cover the bytes from the old `position` to the new one.
  mutating func tokens(atMost limit: Int) -> [DeflateToken] {
    var tokens: [DeflateToken] = []
    var known: (length: Int, distance: Int)?
    while position < input.count, tokens.count < limit {
      let match = known ?? longestMatch(at: position)
      known = nil
      insert(upTo: position + 1)
      if match.length < DeflateToken.minimumLength {
        tokens.append(.literal(input[position]))
        position += 1
        continue
      }
      if match.length < Self.goodLength {
        let next = longestMatch(at: position + 1)
        if next.length > match.length {
          tokens.append(.literal(input[position]))
          position += 1
          known = next
          continue
        }
      }
      tokens.append(.match(length: match.length, distance: match.distance))
      insert(upTo: position + match.length)
      position += match.length
    }
    return tokens
  }

  /// The longest repetition that begins at a position, length 0 if none is of the minimal length.
  private func longestMatch(at start: Int) -> (length: Int, distance: Int) {
    let limit = min(DeflateToken.maximumLength, input.count - start)
    guard limit >= DeflateToken.minimumLength else { return (0, 0) }
    return input.withUnsafeBufferPointer { bytes in
      var best = (length: DeflateToken.minimumLength - 1, distance: 0)
      var candidate = Int(heads[Self.hash(bytes, start)])
      var searched = 0
      while candidate >= 0, start - candidate <= DeflateToken.windowSize, searched < Self.searchLimit {
        if bytes[candidate + best.length] == bytes[start + best.length] {
          var length = 0
          while length < limit, bytes[candidate + length] == bytes[start + length] { length += 1 }
          if length > best.length {
            best = (length, start - candidate)
            if length == limit { break }
          }
        }
        let next = Int(earlier[candidate & (DeflateToken.windowSize - 1)])
        // Slots are reused after a window of positions; a link that does not lead back is another position's.
        guard next < candidate else { break }
        candidate = next
        searched += 1
      }
      return best.distance == 0 ? (0, 0) : best
    }
  }

  /// Makes the positions before `end` findable.
  private mutating func insert(upTo end: Int) {
    input.withUnsafeBufferPointer { bytes in
      while inserted < end {
        if inserted + DeflateToken.minimumLength <= bytes.count {
          let hash = Self.hash(bytes, inserted)
          earlier[inserted & (DeflateToken.windowSize - 1)] = heads[hash]
          heads[hash] = Int32(inserted)
        }
        inserted += 1
      }
    }
  }

  /// The top bits of a multiplicative hash of three bytes; the factor is 2^32 divided by the golden ratio.
  private static func hash(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    let key = UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16
    return Int((key &* 0x9e37_79b1) >> UInt32(32 - hashBits))
  }
}
