import EBMCore
import FileFormats
import TestSupport
import Testing

@Suite struct ValueCodingTests {
  struct Everything: Codable, Equatable {
    enum Kind: String, Codable { case plain, fancy }
    struct Inner: Codable, Equatable {
      var deep: [[Int]] = [[1], []]
      var note: String?
    }
    var flag = true
    var text = "a"
    var integer = Int.min
    var small: Int8 = -3
    var unsigned: UInt64 = 7
    var float: Float = 0.001
    var double = 0.1
    var kind = Kind.fancy
    var inner = Inner()
    var list: [Float?] = [0.25, nil]
    var pairs = ["only": 1]
    var noFlag: Bool?
    var noText: String?
    var noInteger: Int?
    var noUnsigned: UInt64?
    var noFloat: Float?
    var noDouble: Double?
    var noKind: Kind?
    var noInner: Inner?
  }

  @Test func encodesInOrderWithNulls() throws {
    let text = try JSONValue(encoding: Everything()).compactText
    #expect(
      text == #"{"flag": true, "text": "a", "integer": -9223372036854775808, "small": -3, "unsigned": 7, "#
        + #""float": 0.001, "double": 0.1, "kind": "fancy", "inner": {"deep": [[1], []], "note": null}, "#
        + #""list": [0.25, null], "pairs": {"only": 1}, "noFlag": null, "noText": null, "noInteger": null, "#
        + #""noUnsigned": null, "noFloat": null, "noDouble": null, "noKind": null, "noInner": null}"#)
  }

  @Test func everyWidthOfOptionalIsAKey() throws {
    struct Optionals: Encodable {
      var a: Int8?, b: Int16?, c: Int32?, d: Int64?, e: UInt?, f: UInt8?, g: UInt16?, h: UInt32?
    }
    let object = try JSONValue(encoding: Optionals()).objectValue
    #expect(object?.keys == ["a", "b", "c", "d", "e", "f", "g", "h"])
  }

  @Test func comesBackEqual() throws {
    let value = Everything()
    #expect(try JSONValue(encoding: value).decoded(as: Everything.self) == value)
  }

  /// Floats over the whole range, subnormal ones included: written short, read back to the same bits.
  @Test func floatsComeBackToTheSameBits() throws {
    var bits: UInt32 = 1
    for _ in 0..<20_000 {
      bits = bits &* 1_664_525 &+ 1_013_904_223
      let float = Float(bitPattern: bits)
      guard float.isFinite else { continue }
      let back = try JSONValue(parsing: JSONValue(encoding: [float]).compactText).decoded(as: [Float].self)
      #expect(back[0].bitPattern == float.bitPattern)
    }
  }

  @Test(arguments: [
    (#"{"flag": 1}"#, "p.flag: found 1, expected true or false"),
    (#"{"flag": true, "text": null}"#, "p.text: found null, expected text"),
    (#"{"flag": true, "text": "", "integer": 1.5}"#, "p.integer: found 1.5, expected an integer"),
    (
      #"{"flag": true, "text": "", "integer": 1, "small": 128}"#,
      "p.small: found 128, expected an integer from -128 to 127"
    ),
    (#"{"flag": true}"#, "p.text: this setting is missing"),
    (#"[]"#, "p: found [], expected an object"),
  ])
  func refuses(text: String, message: String) {
    #expect(messages { _ = try JSONValue(parsing: text).decoded(as: Everything.self, at: "p") } == [message])
  }

  @Test func refusesInsideListsAndEnums() throws {
    var value = try JSONValue(encoding: Everything()).objectValue ?? [:]
    value["list"] = [0.5, "x"]
    #expect(
      messages { _ = try JSONValue.object(value).decoded(as: Everything.self) }
        == [#"list.1: found "x", expected a number"#])
    value["list"] = [.number(1e300)]
    #expect(
      messages { _ = try JSONValue.object(value).decoded(as: Everything.self) }
        == ["list.0: found 1e+300, expected a number that fits 32 bits"])
    value["list"] = []
    value["kind"] = "odd"
    let lines = messages { _ = try JSONValue.object(value).decoded(as: Everything.self) }
    #expect(lines.count == 1 && lines[0].hasPrefix("kind: "))
  }

  @Test func refusesNumbersThatAreNotFinite() {
    var value = Everything()
    value.float = .nan
    #expect(
      messages { _ = try JSONValue(encoding: value, path: "p") } == ["p.float: found nan, expected a finite number"])
    value.float = 0
    value.unsigned = .max
    #expect(
      messages { _ = try JSONValue(encoding: value) }
        == ["unsigned: found 18446744073709551615, expected an integer that fits 64 bits with sign"])
  }
}
