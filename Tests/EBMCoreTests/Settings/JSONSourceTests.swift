import EBMCore
import FileFormats
import TestSupport
import Testing

@Suite struct JSONSourceTests {
  @Test func faultyTextIsToldWithItsPlaceInItsSource() {
    let text = "{\n  \"steps\": 1,\n}"
    #expect(
      messages { _ = try JSONValue(parsing: text, source: "recipe.json") }
        == [#"recipe.json:3:1: found "}", expected a key in double quotes"#])
  }
}
