import EBMCore
import FileFormats
import TestSupport
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
    ("", #"f:1:1: found the end of the text, expected a value"#),
    ("{\n  \"a\": 1,\n}", #"f:3:1: found "}", expected a key in double quotes"#),
    ("{\"a\" 1}", #"f:1:6: found "1", expected ":""#),
    ("[1 2]", #"f:1:4: found "2", expected "," or "]""#),
    ("[1, ", #"f:1:5: found the end of the text, expected a value"#),
    ("{\"é\": 1, \"b\": tru}", #"f:1:15: found "t", expected a value"#),
    ("{\"a\": 1,\n \"a\": 2}", #"f:2:2: the key "a" appears twice in one object"#),
    ("1 2", #"f:1:3: found "2", expected the end of the text"#),
    ("01", #"f:1:2: found "1", expected the end of the text"#),
    ("1.", #"f:1:3: found the end of the text, expected a digit"#),
    ("-x", #"f:1:2: found "x", expected a digit"#),
    ("1e999", "f:1:1: the number 1e999 is too large"),
    ("9223372036854775808", "f:1:1: the integer 9223372036854775808 does not fit 64 bits"),
    ("NaN", #"f:1:1: found "N", expected a value"#),
    ("[\"ab", "f:1:2: the string that begins here has no end"),
    ("\"a\\", "f:1:3: an escape that JSON does not have"),
    ("\"\\q\"", "f:1:2: an escape that JSON does not have"),
    ("\"\\u12g4\"", "f:1:2: an escape that JSON does not have"),
    ("\"\\ud83d\"", "f:1:2: half of a surrogate pair"),
    ("\"a\nb\"", "f:1:3: a line break or control character in a string, expected \\n or the like"),
  ])
  func refuses(text: String, message: String) {
    #expect(messages { _ = try JSONValue(parsing: text, source: "f") } == [message])
  }

  @Test func limitsNesting() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try JSONValue(parsing: nested(128))
    #expect(messages { _ = try JSONValue(parsing: nested(129)) } == ["JSON:1:129: nested deeper than 128 levels"])
    #expect(messages { _ = try JSONValue(parsing: String(repeating: "[", count: 1_000_000)) }.count == 1)
  }

  /// Every prefix of a valid text is either refused in one line or, at the end, read: none crashes.
  @Test func refusesEveryPrefix() throws {
    let text = #"{"a": [1.5e-3, "\u00e9\ud83d\ude00\n", {"b": null}], "c": -12}"#
    for length in 0..<text.count {
      #expect(messages { _ = try JSONValue(parsing: String(text.prefix(length))) }.count == 1)
    }
    _ = try JSONValue(parsing: text)
  }
}
