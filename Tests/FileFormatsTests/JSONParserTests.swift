import FileFormats
import Testing

@Suite struct JSONParserTests {
  @Test(
    arguments: [
      ("null", JSONValue.null), (" true ", true), ("[1, -2, 3.0, 1e3]", [1, -2, 3.0, 1000.0]),
      ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
      (#""a\"\\\/\n\t\u00e9\ud83d\ude00é""#, .string("a\"\\/\n\té😀é")), ("{}", [:]), ("[]", []),
      (#"{"b": {"a": [null]}, "a": ""}"#, ["b": ["a": [.null]], "a": ""]), ("\u{FEFF}0", 0), ("-0.0", .number(-0.0)),
    ] as [(String, JSONValue)])
  func reads(text: String, value: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == value)
  }

  @Test func keepsTheOrderOfKeys() throws {
    #expect(try JSONValue(parsing: #"{"z": 1, "a": 2, "m": 3}"#).objectValue?.keys == ["z", "a", "m"])
  }

  @Test func tellsIntegersFromNumbers() throws {
    #expect(try JSONValue(parsing: "1") == .integer(1))
    #expect(try JSONValue(parsing: "1.0") == .number(1))
    #expect(JSONValue.integer(1) != .number(1))
  }

  @Test(arguments: [
    ("", #"1:1: found the end of the text, expected a value"#),
    ("{\n  \"a\": 1,\n}", #"3:1: found "}", expected a key in double quotes"#),
    ("{\"a\" 1}", #"1:6: found "1", expected ":""#),
    ("[1 2]", #"1:4: found "2", expected "," or "]""#),
    ("[1, ", #"1:5: found the end of the text, expected a value"#),
    ("{\"é\": 1, \"b\": tru}", #"1:15: found "t", expected a value"#),
    ("{\"a\": 1,\n \"a\": 2}", #"2:2: the key "a" appears twice in one object"#),
    ("1 2", #"1:3: found "2", expected the end of the text"#),
    ("01", #"1:2: found "1", expected the end of the text"#),
    ("1.", #"1:3: found the end of the text, expected a digit"#),
    ("-x", #"1:2: found "x", expected a digit"#),
    ("1e999", "1:1: the number 1e999 is too large"),
    ("9223372036854775808", "1:1: the integer 9223372036854775808 does not fit 64 bits"),
    ("NaN", #"1:1: found "N", expected a value"#),
    ("[\"ab", "1:2: the string that begins here has no end"),
    ("\"a\\", "1:3: an escape that JSON does not have"),
    ("\"\\q\"", "1:2: an escape that JSON does not have"),
    ("\"\\u12g4\"", "1:2: an escape that JSON does not have"),
    ("\"\\ud83d\"", "1:2: half of a surrogate pair"),
    ("\"a\nb\"", "1:3: a line break or control character in a string, expected \\n or the like"),
  ])
  func refuses(text: String, message: String) throws {
    let error = try #require(throws: JSONSyntaxError.self) { try JSONValue(parsing: text) }
    #expect("\(error.line):\(error.column): \(error.what)" == message)
  }

  @Test(arguments: [[0x22, 0xFF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xC3, 0x22]] as [[UInt8]])
  func refusesWhatIsNotUTF8(bytes: [UInt8]) throws {
    let error = try #require(throws: JSONSyntaxError.self) { try JSONValue(parsing: [0x5B] + bytes + [0x5D]) }
    #expect(error.description == "1:2: the string that begins here is not UTF-8" && error.offset == 1)
  }

  @Test func limitsNesting() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try JSONValue(parsing: nested(128))
    let error = try #require(throws: JSONSyntaxError.self) { try JSONValue(parsing: nested(129)) }
    #expect(error.description == "1:129: nested deeper than 128 levels")
    #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: String(repeating: "[", count: 1_000_000)) }
  }

  /// Every prefix of a valid text is either refused in one line or, at the end, read: none crashes.
  @Test func refusesEveryPrefix() throws {
    let text = #"{"a": [1.5e-3, "\u00e9\ud83d\ude00\n", {"b": null}], "c": -12}"#
    for length in 0..<text.count {
      #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: String(text.prefix(length))) }
    }
    _ = try JSONValue(parsing: text)
  }
}
