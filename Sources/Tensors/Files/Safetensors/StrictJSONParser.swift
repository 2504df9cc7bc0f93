/// The recursive-descent parser behind `StrictJSON`.
struct StrictJSONParser {
  private let text: [UInt8]
  private var position = 0
  private var depth = 0

  init(_ text: [UInt8]) {
    self.text = text
  }

  /// The whole text as one value.
  mutating func document() throws(StrictJSON.SyntaxError) -> StrictJSON {
    let value = try value()
    guard position == text.count else { throw unexpected("the end of the JSON") }
    return value
  }

  private mutating func value() throws(StrictJSON.SyntaxError) -> StrictJSON {
    skipWhitespace()
    let result: StrictJSON
    switch peek {
    case UInt8(ascii: "{"): result = try nested { (parser) throws(StrictJSON.SyntaxError) in try parser.object() }
    case UInt8(ascii: "["): result = try nested { (parser) throws(StrictJSON.SyntaxError) in try parser.array() }
    case UInt8(ascii: "\""): result = .string(try string())
    case UInt8(ascii: "t"): result = try word("true", .boolean(true))
    case UInt8(ascii: "f"): result = try word("false", .boolean(false))
    case UInt8(ascii: "n"): result = try word("null", .null)
    default: result = .number(try number())
    }
    skipWhitespace()
    return result
  }

  private mutating func nested(
    _ parse: (inout StrictJSONParser) throws(StrictJSON.SyntaxError) -> StrictJSON
  ) throws(StrictJSON.SyntaxError) -> StrictJSON {
    guard depth < StrictJSON.maximumDepth else { throw unexpected("at most \(StrictJSON.maximumDepth) levels") }
    depth += 1
    let result = try parse(&self)
    depth -= 1
    return result
  }

  private mutating func object() throws(StrictJSON.SyntaxError) -> StrictJSON {
    position += 1
    skipWhitespace()
    if accept("}") { return .object([]) }
    var members: [(name: String, value: StrictJSON)] = []
    var names: Set<String> = []
    while true {
      skipWhitespace()
      guard peek == UInt8(ascii: "\"") else { throw unexpected("a name in quotes") }
      let start = position
      let name = try string()
      guard names.insert(name).inserted else {
        throw StrictJSON.SyntaxError(
          offset: start, found: "the name \(FileFormatError.quoted(name)) a second time", expected: "distinct names")
      }
      skipWhitespace()
      guard accept(":") else { throw unexpected("a colon") }
      members.append((name, try value()))
      if accept("}") { return .object(members) }
      guard accept(",") else { throw unexpected("a comma or }") }
    }
  }

  private mutating func array() throws(StrictJSON.SyntaxError) -> StrictJSON {
    position += 1
    skipWhitespace()
    if accept("]") { return .array([]) }
    var elements: [StrictJSON] = []
    while true {
      elements.append(try value())
      if accept("]") { return .array(elements) }
      guard accept(",") else { throw unexpected("a comma or ]") }
    }
  }

  private mutating func string() throws(StrictJSON.SyntaxError) -> String {
    let start = position
    position += 1
    var bytes: [UInt8] = []
    while let byte = peek, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw unexpected("no control character in a string") }
      position += 1
      if byte == UInt8(ascii: "\\") {
        bytes += Array(String(try escape()).utf8)
      } else {
        bytes.append(byte)
      }
    }
    guard accept("\"") else { throw unexpected("a closing quote") }
    guard let string = String(validating: bytes, as: UTF8.self) else {
      throw StrictJSON.SyntaxError(offset: start, found: "bytes that are not UTF-8", expected: "a UTF-8 string")
    }
    return string
  }

  /// The character of an escape whose backslash has been read.
  private mutating func escape() throws(StrictJSON.SyntaxError) -> Unicode.Scalar {
    guard let letter = peek else { throw unexpected("an escape") }
    let plain: [UInt8: Unicode.Scalar] = [
      UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
      UInt8(ascii: "f"): "\u{c}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]
    if let scalar = plain[letter] {
      position += 1
      return scalar
    }
    guard accept("u") else { throw unexpected("an escape of JSON") }
    let first = try hexadecimal()
    guard 0xd800..<0xdc00 ~= first else {
      guard let scalar = Unicode.Scalar(first) else { throw unexpected("a high surrogate before a low one") }
      return scalar
    }
    // Characters beyond the first 65,536 are written as two escapes, ten bits in each.
    guard accept("\\"), accept("u") else { throw unexpected("a low surrogate after a high one") }
    let second = try hexadecimal()
    guard 0xdc00..<0xe000 ~= second,
      let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
    else { throw unexpected("a low surrogate after a high one") }
    return scalar
  }

  private mutating func hexadecimal() throws(StrictJSON.SyntaxError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw unexpected("four hexadecimal digits")
      }
      value = value << 4 + UInt32(digit)
      position += 1
    }
    return value
  }

  private mutating func number() throws(StrictJSON.SyntaxError) -> String {
    let start = position
    _ = accept("-")
    guard let first = peek, isDigit(first) else { throw unexpected("a JSON value") }
    if !accept("0") { skipDigits() }
    if accept(".") {
      guard let digit = peek, isDigit(digit) else { throw unexpected("a digit after the point") }
      skipDigits()
    }
    if accept("e") || accept("E") {
      if !accept("-") { _ = accept("+") }
      guard let digit = peek, isDigit(digit) else { throw unexpected("a digit in the exponent") }
      skipDigits()
    }
    return String(decoding: text[start..<position], as: UTF8.self)
  }

  private mutating func word(
    _ word: StaticString, _ value: StrictJSON
  ) throws(StrictJSON.SyntaxError) -> StrictJSON {
    let bytes = Array("\(word)".utf8)
    guard text[position...].starts(with: bytes) else { throw unexpected("a JSON value") }
    position += bytes.count
    return value
  }

  private var peek: UInt8? { position < text.count ? text[position] : nil }

  private func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipDigits() {
    while let byte = peek, isDigit(byte) { position += 1 }
  }

  private mutating func skipWhitespace() {
    while let byte = peek, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
  }

  private func unexpected(_ expected: String) -> StrictJSON.SyntaxError {
    let found: String
    if let byte = peek {
      found =
        0x20..<0x7f ~= byte ? "\"\(Unicode.Scalar(byte))\"" : "byte 0x" + String(byte, radix: 16)
    } else {
      found = "the end of the text"
    }
    return StrictJSON.SyntaxError(offset: position, found: found, expected: expected)
  }
}
