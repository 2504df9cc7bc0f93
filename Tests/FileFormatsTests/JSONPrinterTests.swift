import FileFormats
import Testing

@Suite struct JSONPrinterTests {
  private let value: JSONValue = [
    "name": "a\"b\n\u{1}", "list": [1, 2.5, true], "empty": [:], "none": [], "objects": [["a": 1], ["b": .null]],
  ]

  @Test func printsPretty() {
    let expected = #"""
      {
        "name": "a\"b\n\u0001",
        "list": [1, 2.5, true],
        "empty": {},
        "none": [],
        "objects": [
          {
            "a": 1
          },
          {
            "b": null
          }
        ]
      }
      """#
    #expect(value.prettyText == expected)
  }

  @Test func breaksLongLists() {
    let long = JSONValue.array((0..<40).map(JSONValue.integer))
    #expect(long.prettyText.split(separator: "\n").count == 42)
    #expect(long.compactText.split(separator: "\n").count == 1)
  }

  @Test func readsBackWhatItPrints() throws {
    #expect(try JSONValue(parsing: value.prettyText) == value)
    #expect(try JSONValue(parsing: value.compactText) == value)
  }

  @Test(
    arguments: [0.1, 1e-300, .leastNonzeroMagnitude, 1.7976931348623157e308, 1e16, 123456789.0, -0.0, 1 / 3] as [Double]
  )
  func numbersReadBackToTheSameBits(number: Double) throws {
    let back = try JSONValue(parsing: JSONValue.number(number).compactText)
    #expect(back.numberValue?.bitPattern == number.bitPattern)
    guard case .number = back else {
      Issue.record("\(number) came back as \(back)")
      return
    }
  }

  @Test func numbersThatAreNotFiniteDoNotVanish() {
    #expect(
      JSONValue.array([.number(.nan), .number(.infinity), .number(-.infinity)]).compactText
        == #"["NaN", "Infinity", "-Infinity"]"#)
  }
}
