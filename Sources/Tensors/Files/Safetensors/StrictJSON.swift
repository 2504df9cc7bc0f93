/// A JSON value, parsed without the liberties that general decoders take.
///
/// File headers need what those hide: a name that occurs twice is an error, numbers keep their digits so that offsets
/// are exact, and nesting is limited so that a hostile file cannot exhaust the stack.
///
/// Source: RFC 8259 (2017), with the repeated names of its section 4 refused.
indirect enum StrictJSON: Sendable {
  case null
  case boolean(Bool)
  /// The digits as they are in the file.
  case number(String)
  case string(String)
  case array([StrictJSON])
  /// Members in the order of the file, with distinct names.
  case object([(name: String, value: StrictJSON)])

  /// The deepest nesting accepted; the formats of this module need 3.
  static let maximumDepth = 32

  /// What is wrong with a text that is not JSON.
  struct SyntaxError: Error, Equatable {
    /// Bytes from the start of the text.
    var offset: Int
    var found: String
    var expected: String
  }

  /// Parses one value that fills the whole text, white space aside.
  ///
  /// - Parameter text: UTF-8.
  /// - Throws: `SyntaxError` at the first byte that does not fit.
  init(parsing text: some Sequence<UInt8>) throws(SyntaxError) {
    var parser = StrictJSONParser(Array(text))
    self = try parser.document()
  }

  /// The number if it is written as an integer (`12`, not `12.0` or `1.2e1`) and fits an `Int`.
  var exactInteger: Int? {
    if case .number(let digits) = self { Int(digits) } else { nil }
  }

  /// The value in a few words, for messages.
  var summary: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .number(let digits): digits.utf8.count <= 40 ? digits : "a number of \(digits.utf8.count) digits"
    case .string(let text): FileFormatError.quoted(text)
    case .array(let elements): "a list of \(elements.count)"
    case .object(let members): "an object of \(members.count)"
    }
  }

  /// `text` as a JSON string, quotes included.
  static func encode(_ text: String) -> String {
    var encoded = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": encoded += "\\\""
      case "\\": encoded += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        encoded += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: encoded.unicodeScalars.append(scalar)
      }
    }
    return encoded + "\""
  }
}
