import Figures
import Testing

@Suite struct ReportTests {
  @Test func jsonIsColouredByKind() {
    let html = JSONHighlighter.html("{\"seed\": -1.5e3, \"on\": true, \"name\": \"a \\\"<\\\" b\", \"x\": null}")
    #expect(
      html.contains("<span class=\"json-key\">&quot;seed&quot;</span>: <span class=\"json-number\">-1.5e3</span>"))
    #expect(html.contains("<span class=\"json-constant\">true</span>"))
    #expect(html.contains("<span class=\"json-string\">&quot;a \\&quot;&lt;\\&quot; b&quot;</span>"))
    #expect(html.contains("<span class=\"json-constant\">null</span>"))
  }

  @Test(arguments: ["", "{\"a\": [1, 2", "not json <at all>", "\"open \\", "- -- 1.2.3 nan", "é\n\t\"ü\" : 1"])
  func colouringLosesNoText(text: String) {
    let html = JSONHighlighter.html(text)
    var plain = ""
    var isTag = false
    for character in html {
      if character == "<" { isTag = true }
      if !isTag { plain.append(character) }
      if character == ">" { isTag = false }
    }
    #expect(plain == Markup.escaped(text))
  }

  @Test func columnsOfNumbersAreSetFlushRight() {
    let table = ReportTable(
      header: ["name", "value", "spread"], rows: [["a", "−1.5", "0.3 ± 0.1"], ["2b", "12 ms", "–"], ["c", "NaN"]])
    var report = HTMLReport(title: "t")
    report.sections = [ReportSection("s", [.table(table)])]
    #expect(report.html.contains("<th>name</th><th class=\"number\">value</th><th class=\"number\">spread</th>"))
    #expect(report.html.contains("<td>c</td><td class=\"number\">NaN</td><td class=\"number\"></td>"))
  }

  @Test func partsAppearOnlyWhenGiven() {
    var report = HTMLReport(title: "A & B")
    #expect(report.html.contains("<title>A &amp; B</title>"))
    #expect(!report.html.contains("<dl") && !report.html.contains("<nav") && !report.html.contains("<footer"))
    report.sections = (1...4).map { ReportSection("Part \($0)", [.text("one\n\ntwo")]) }
    #expect(report.html.contains("<nav><a href=\"#section-1\">Part 1</a>"))
    #expect(report.html.components(of: "<p>") == 8)
    #expect(!report.html.contains("<script") && !report.html.contains("http://") && !report.html.contains("https://"))
  }

  @Test func picturesAreEmbedded() {
    var report = HTMLReport(title: "t")
    report.sections = [ReportSection("s", [.image(png: Array("foo".utf8), width: 64, caption: "samples")])]
    #expect(report.html.contains("<img src=\"data:image/png;base64,Zm9v\" width=\"64\" alt=\"samples\"/>"))
  }
}
