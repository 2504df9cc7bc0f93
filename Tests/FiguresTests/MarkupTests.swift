import Figures
import Testing

@Suite struct MarkupTests {
  @Test func reservedSignsAreEscaped() {
    #expect(Markup.escaped("a < b & c > \"d\" 'e'") == "a &lt; b &amp; c &gt; &quot;d&quot; &#39;e&#39;")
    #expect(Markup.escaped("λ ≤ 5\n") == "λ ≤ 5\n")
    #expect(Markup.escaped("a\u{0}b\u{1B}") == "a\u{FFFD}b\u{FFFD}")
  }

  @Test func coordinatesAreShort() {
    #expect(
      [0, 1, -1, 1.5, 0.05, -0.25, 10.999, -0.004].map(Markup.number)
        == ["0", "1", "-1", "1.5", "0.05", "-0.25", "11", "0"])
    #expect(Markup.number(.nan) == "0")
    #expect(Markup.number(.infinity) == "0")
  }

  // The examples of RFC 4648, section 10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
  ])
  func base64(text: String, expected: String) {
    #expect(Markup.base64(Array(text.utf8)) == expected)
  }

  @Test func base64UsesAllDigits() {
    #expect(Markup.base64([0xFB, 0xFF, 0xBF]) == "+/+/")
  }
}
