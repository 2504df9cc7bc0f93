import FileFormats
import Testing

@Suite struct PrintableTextTests {
  @Test(arguments: [
    ("plain text, ümläute ✓ 漢字", "plain text, ümläute ✓ 漢字"), ("two\nlines\r\n", #"two\nlines\r\n"#),
    ("\u{1B}[31mred\u{7}", #"\u{1B}[31mred\u{07}"#), ("a\u{0}b", #"a\0b"#), ("\u{9B}2J", #"\u{009B}2J"#),
    ("\u{202E}txt.exe", #"\u{202E}txt.exe"#), ("a\u{2028}b", #"a\u{2028}b"#),
  ])
  func whatTerminalsObeyIsEscaped(_ text: String, _ line: String) { #expect(text.onOneLine() == line) }

  @Test func longTextIsCut() {
    #expect("abcdef".onOneLine(limit: 3) == "abc…" && "abc".onOneLine(limit: 3) == "abc")
  }
}
