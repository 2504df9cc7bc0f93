/// Changes of text that keep most of its grammar: numbers for numbers, words for words, lines and members moved about.
enum TextMutation {
  /// Numbers in words that parsers may take in the wrong way.
  static let numbers = [
    "0", "-0", "1", "-1", "2", "0.5", "-1e-3", "1e400", "-1e400", "1e-400", "1e39", "-3.5e38", "3.4028235e38",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551615",
    "18446744073709551616", "2147483648", "4294967296", "1e18", "1e19", "1.", ".5", "0x1p3", "0x10", "1_000", "+1",
    "٣", "NaN", "nan", "inf", "Infinity", "-Infinity", "00", "1e", "1e+", "--1", "1-1", "999999999999999999999999",
    "16777217", "0.1", "65536", "\"NaN\"", "1,5",
  ]
  /// Pieces that mean something to one format or another.
  static let pieces = [
    "{", "}", "[", "]", "(", ")", ",", ":", "\"", "'", "\\", "\\u0000", "\\ud800", "\\udc00", "\\u000a", "null", "true",
    "false", "True", "None", "[]", "{}", "\u{feff}", "\n", "\r\n", "\r", "\t", " ", ";", "#", "=", "==", ".", "..", "/",
    "../..", "-", "--", "\u{0}", "\u{1b}[2J", "\u{202e}", "\u{2028}", "é", "日本", "𝟙", "\"\"", "type", "name", "seed",
    "__metadata__", "descr", "shape", "iteration",
  ]

  /// Does one to eight changes, mostly few.
  static func apply(to bytes: inout [UInt8], other: [UInt8], _ random: inout InputGenerator) {
    var tokens = tokens(of: bytes)
    let others = Self.tokens(of: other)
    for _ in 0...random.length(7) { change(&tokens, others, &random) }
    bytes = tokens.flatMap { $0 }
    if bytes.count > ByteMutation.longest { bytes.removeSubrange(ByteMutation.longest...) }
  }

  private static func change(
    _ tokens: inout [ArraySlice<UInt8>], _ others: [ArraySlice<UInt8>], _ random: inout InputGenerator
  ) {
    guard !tokens.isEmpty else {
      tokens = [Array(random.pick(pieces).utf8)[...]]
      return
    }
    let place = random.below(tokens.count)
    let end = min(tokens.count, place + 1 + random.length(12))
    switch random.below(12) {
    case 0, 1, 2:
      // A number for a number, wherever one is near.
      let near = tokens[place...].firstIndex { $0.first.map(isDigit) ?? false } ?? place
      tokens[near] = Array(random.pick(numbers).utf8)[...]
    case 3: tokens[place] = Array(random.pick(pieces).utf8)[...]
    case 4: tokens.insert(Array(random.pick(pieces).utf8)[...], at: place)
    case 5: tokens.removeSubrange(place..<end)
    case 6: tokens.insert(contentsOf: Array(tokens[place..<end]), at: random.below(tokens.count))
    case 7: tokens.swapAt(place, random.below(tokens.count))
    case 8:
      guard !others.isEmpty else { return }
      let from = random.below(others.count)
      tokens.replaceSubrange(place..<end, with: others[from..<min(others.count, from + 1 + random.length(24))])
    case 9:
      let piece = Array(random.pick(["[", "{\"a\":", "(", "\"", "9", "1,", " ", "-"]).utf8)
      tokens.insert(contentsOf: [ArraySlice<UInt8>](repeating: piece[...], count: random.length(4_000)), at: place)
    case 10: tokens.removeSubrange(place...)
    default:
      var bytes = Array(tokens[place])
      ByteMutation.apply(to: &bytes, other: [], &random)
      tokens[place] = bytes[...]
    }
  }

  /// Words, numbers and single characters.
  private static func tokens(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var tokens: [ArraySlice<UInt8>] = []
    var start = 0
    while start < bytes.count {
      var end = start + 1
      if isWord(bytes[start]) { while end < bytes.count, isWord(bytes[end]) { end += 1 } }
      tokens.append(bytes[start..<end])
      start = end
    }
    return tokens
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || byte == 0x2d }

  private static func isWord(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x2e || byte == 0x5f
      || byte >= 0x80
  }
}
