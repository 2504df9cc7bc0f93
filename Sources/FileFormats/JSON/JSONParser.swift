extension JSONValue {
  /// Reads one JSON value that fills the whole text, white space aside.
  ///
  /// Stricter than many readers, because a recipe that is misread trains the wrong model and a header that is misread
  /// gives the wrong weights: a repeated key, an integer or a number too large to be held, and anything after the value
  /// are refused.
  ///
  /// Source: RFC 8259 (2017), with the repeated names of its section 4 refused.
  ///
  /// - Parameter text: the JSON text.
  /// - Throws: a ``JSONSyntaxError`` at the first character that does not fit.
  /// - Complexity: O(length of the text).
  public init(parsing text: String) throws(JSONSyntaxError) { try self.init(parsing: text.utf8) }

  /// Reads one JSON value from UTF-8 that may be anything else.
  ///
  /// - Parameter bytes: the JSON text; bytes that are not UTF-8 are refused too.
  /// - Throws: a ``JSONSyntaxError``.
  package init(parsing bytes: some Sequence<UInt8>) throws(JSONSyntaxError) {
    var parser = JSONParser(Array(bytes))
    self = try parser.parseDocument()
  }
}

/// A recursive-descent parser over UTF-8 bytes.
struct JSONParser {
  /// The deepest nesting that is read: far above any recipe or header, far below what would exhaust the stack.
  static let deepestNesting = 128

  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    // A byte order mark, which some editors write.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  mutating func parseDocument() throws(JSONSyntaxError) -> JSONValue {
    let value = try parseValue()
    skipSpace()
    if position < bytes.count { throw unexpected("the end of the text") }
    return value
  }

  private mutating func parseValue() throws(JSONSyntaxError) -> JSONValue {
    skipSpace()
    guard let byte = current else { throw unexpected("a value") }
    switch byte {
    case UInt8(ascii: "{"): return try nested { parser throws(JSONSyntaxError) in try parser.parseObject() }
    case UInt8(ascii: "["): return try nested { parser throws(JSONSyntaxError) in try parser.parseArray() }
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
    case UInt8(ascii: "t"): return try parse("true", as: true)
    case UInt8(ascii: "f"): return try parse("false", as: false)
    case UInt8(ascii: "n"): return try parse("null", as: .null)
    default: throw unexpected("a value")
    }
  }

  private mutating func parse(_ word: String, as value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
    guard bytes[position...].starts(with: word.utf8) else { throw unexpected("a value") }
    position += word.utf8.count
    return value
  }

  private mutating func nested(
    _ parse: (inout JSONParser) throws(JSONSyntaxError) -> JSONValue
  ) throws(JSONSyntaxError) -> JSONValue {
    if depth == Self.deepestNesting {
      throw error(at: position, "nested deeper than \(Self.deepestNesting) levels")
    }
    depth += 1
    defer { depth -= 1 }
    return try parse(&self)
  }

  private mutating func parseArray() throws(JSONSyntaxError) -> JSONValue {
    position += 1
    var elements: [JSONValue] = []
    if skip("]") { return .array(elements) }
    while true {
      elements.append(try parseValue())
      if skip("]") { return .array(elements) }
      if !skip(",") { throw unexpected("\",\" or \"]\"") }
    }
  }

  private mutating func parseObject() throws(JSONSyntaxError) -> JSONValue {
    position += 1
    var members: [(key: String, value: JSONValue)] = []
    var keys: Set<String> = []
    if skip("}") { return .object(JSONObject()) }
    while true {
      skipSpace()
      if current != UInt8(ascii: "\"") { throw unexpected("a key in double quotes") }
      let start = position
      let key = try parseString()
      if !keys.insert(key).inserted { throw error(at: start, "the key \"\(key)\" appears twice in one object") }
      if !skip(":") { throw unexpected("\":\"") }
      members.append((key, try parseValue()))
      if skip("}") { return .object(JSONObject(distinct: members)) }
      if !skip(",") { throw unexpected("\",\" or \"}\"") }
    }
  }

  private mutating func parseNumber() throws(JSONSyntaxError) -> JSONValue {
    let start = position
    var isInteger = true
    if current == UInt8(ascii: "-") { position += 1 }
    if current == UInt8(ascii: "0") { position += 1 } else { try skipDigits() }
    if current == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      try skipDigits()
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      isInteger = false
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      try skipDigits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger {
      guard let value = Int(text) else { throw error(at: start, "the integer \(text) does not fit 64 bits") }
      return .integer(value)
    }
    guard let value = Double(text), value.isFinite else {
      throw error(at: start, "the number \(text) is too large")
    }
    return .number(value)
  }

  private mutating func skipDigits() throws(JSONSyntaxError) {
    let start = position
    while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    if position == start { throw unexpected("a digit") }
  }

  private mutating func parseString() throws(JSONSyntaxError) -> String {
    let start = position
    position += 1
    var content: [UInt8] = []
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        guard let text = String(validating: content, as: UTF8.self) else {
          throw error(at: start, "the string that begins here is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"): content += try parseEscape()
      case 0..<0x20:
        throw error(at: position, "a line break or control character in a string, expected \\n or the like")
      default:
        content.append(byte)
        position += 1
      }
    }
    throw error(at: start, "the string that begins here has no end")
  }

  private mutating func parseEscape() throws(JSONSyntaxError) -> [UInt8] {
    let start = position
    position += 2
    let letter = start + 1 < bytes.count ? bytes[start + 1] : 0
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    default: break
    }
    guard letter == UInt8(ascii: "u"), var code = hexadecimal() else {
      throw error(at: start, "an escape that JSON does not have")
    }
    if (0xD800..<0xDC00).contains(code), bytes[position...].starts(with: "\\u".utf8) {
      position += 2
      guard let low = hexadecimal(), (0xDC00..<0xE000).contains(low) else {
        throw error(at: start, "half of a surrogate pair")
      }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw error(at: start, "half of a surrogate pair") }
    return Array(String(scalar).utf8)
  }

  /// Reads four hexadecimal digits, or gives nil.
  private mutating func hexadecimal() -> UInt32? {
    guard position + 4 <= bytes.count else { return nil }
    let digits = bytes[position..<position + 4]
    guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
    position += 4
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
  }

  /// Skips white space, then the character if it is there.
  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard current == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private func unexpected(_ expected: String) -> JSONSyntaxError {
    guard position < bytes.count else {
      return error(at: position, "found the end of the text, expected \(expected)")
    }
    let rest = String(decoding: bytes[position...].prefix(16), as: UTF8.self)
    return error(at: position, "found \"\(rest.first.map(String.init) ?? "")\", expected \(expected)")
  }

  private func error(at position: Int, _ what: String) -> JSONSyntaxError {
    var line = 1
    var lineStart = 0
    for index in 0..<position where bytes[index] == UInt8(ascii: "\n") {
      line += 1
      lineStart = index + 1
    }
    // Decoding the line's bytes counts characters, not bytes; a cut character still counts as one.
    let column = String(decoding: bytes[lineStart..<position], as: UTF8.self).unicodeScalars.count + 1
    return JSONSyntaxError(offset: position, line: line, column: column, what: what)
  }
}
