import EBMCore
import FileFormats
import Testing

@Suite struct AllowedValuesTests {
  @Test func saysWhatIsAllowed() {
    let cases: [(AllowedValues, JSONValue, String)] = [
      (.any, 1, "an integer"), (.any, "a", "text"), (.flag, true, "true or false"), (.text, .null, "text"),
      (.positive, 1.0, "a number above 0"), (.positive, 1, "an integer above 0"),
      (.atLeast(-0.5), 1.0, "a number, at least -0.5"), (.range(0...1), 0.5, "a number in [0, 1]"),
      (.range(0..<1), 0.5, "a number in [0, 1)"), (.integers(1...), 1, "an integer, at least 1"),
      (.integers(1...8), 1, "an integer from 1 to 8"), (.oneOf(["a", "b"]), "a", "one of a, b"),
      (.component(.energy), .null, "an energy"), (.optional(.positive), .null, "null or a number above 0"),
      (.list(of: .integers(1...)), [1], "a list, each element an integer, at least 1"),
      (.list(of: .positive, count: 2...2), [1.0], "a list of 2, each element a number above 0"),
      (.list(of: .positive, count: 1...), [1.0], "a list of at least 1, each element a number above 0"),
    ]
    for (allowed, example, text) in cases { #expect(allowed.description(like: example) == text) }
  }

  @Test func intervalsKnowTheirEnds() {
    let interval = NumberInterval(lower: 0, includesLower: false, upper: 1, includesUpper: true)
    #expect(!interval.contains(0) && interval.contains(1e-300) && interval.contains(1))
    #expect(!interval.contains(1.0000001) && !interval.contains(.nan) && !interval.contains(.infinity))
    let open = NumberInterval(lower: 0, includesLower: true, upper: .infinity, includesUpper: false)
    #expect(open.contains(0) && !open.contains(.infinity))
  }
}
