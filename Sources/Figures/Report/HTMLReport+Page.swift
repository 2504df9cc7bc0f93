extension HTMLReport {
  /// The page.
  public var html: String {
    let title = Markup.escaped(self.title)
    var body = "<header>\n<h1>\(title)</h1>\n"
    if let subtitle { body += "<p class=\"subtitle\">\(Markup.escaped(subtitle))</p>\n" }
    body += "</header>\n"
    if !keyFigures.isEmpty { body += HTMLReport.list(keyFigures) }
    for remark in remarks { body += "<p class=\"remark\">\(Markup.escaped(remark))</p>\n" }
    if sections.count >= 4 {
      let links = sections.enumerated().map { "<a href=\"#section-\($0 + 1)\">\(Markup.escaped($1.title))</a>" }
      body += "<nav>\(links.joined(separator: "\n"))</nav>\n"
    }
    for (index, section) in sections.enumerated() {
      body += "<section id=\"section-\(index + 1)\">\n<h2>\(Markup.escaped(section.title))</h2>\n"
      for block in section.blocks { body += HTMLReport.html(of: block) }
      body += "</section>\n"
    }
    if let footer { body += "<footer>\(Markup.escaped(footer))</footer>\n" }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <title>\(title)</title>
      <style>
      \(HTMLReport.style)</style>
      </head>
      <body>
      <main>
      \(body)</main>
      </body>
      </html>

      """
  }

  private static func list(_ figures: [KeyFigure]) -> String {
    let items = figures.map { figure in
      let note = figure.note.map { "<dd class=\"note\">\(Markup.escaped($0))</dd>" } ?? ""
      let warnings = figure.warnings.map { "<dd class=\"warning\">\(Markup.escaped($0))</dd>" }.joined()
      let number = "<dt>\(Markup.escaped(figure.name))</dt><dd>\(Markup.escaped(figure.value))</dd>"
      return "<div\(warnings.isEmpty ? "" : " class=\"doubtful\"")>\(number)\(note)\(warnings)</div>\n"
    }
    return "<dl class=\"key\">\n\(items.joined())</dl>\n"
  }

  private static func html(of block: ReportBlock) -> String {
    switch block {
    case .text(let text):
      return paragraphs(of: text).map { "<p>\(Markup.escaped($0))</p>\n" }.joined()
    case .html(let html):
      return html + "\n"
    case .figure(let svg, let caption):
      return "<figure>\n<div class=\"sheet\">\(svg)</div>\n\(figureCaption(caption))</figure>\n"
    case .image(let png, let width, let caption):
      let source = "data:image/png;base64,\(Markup.base64(png))"
      let image = "<img src=\"\(source)\" width=\"\(max(1, width))\" alt=\"\(Markup.escaped(caption))\"/>"
      return "<figure>\n<div class=\"sheet\">\(image)</div>\n\(figureCaption(caption))</figure>\n"
    case .table(let table):
      return html(of: table)
    case .code(let code, let title, let language, let isOpen):
      let content = language == .json ? JSONHighlighter.html(code) : Markup.escaped(code)
      let summary = "<summary>\(Markup.escaped(title))</summary>"
      return "<details\(isOpen ? " open=\"open\"" : "")>\(summary)\n<pre><code>\(content)</code></pre></details>\n"
    }
  }

  private static func figureCaption(_ caption: String) -> String {
    caption.isEmpty ? "" : "<figcaption>\(Markup.escaped(caption))</figcaption>\n"
  }

  private static func html(of table: ReportTable) -> String {
    let columns = 0..<table.columnCount
    let isNumeric = columns.map { table.isNumeric(column: $0) }
    func line(_ cells: [String], _ tag: String) -> String {
      let content = columns.map { column in
        "<\(tag)\(isNumeric[column] ? " class=\"number\"" : "")>\(Markup.escaped(table.cell(cells, column)))</\(tag)>"
      }
      return "<tr>\(content.joined())</tr>\n"
    }
    let head = table.header.isEmpty ? "" : "<thead>\n\(line(table.header, "th"))</thead>\n"
    let body = table.rows.map { line($0, "td") }.joined()
    return "<figure>\n<div class=\"scroll\"><table>\n\(head)<tbody>\n\(body)</tbody>\n</table></div>\n"
      + figureCaption(table.caption ?? "") + "</figure>\n"
  }

  /// The stretches of a text between empty lines.
  private static func paragraphs(of text: String) -> [String] {
    var result: [String] = [""]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.allSatisfy(\.isWhitespace) {
        result.append("")
      } else {
        result[result.count - 1] += (result[result.count - 1].isEmpty ? "" : "\n") + line
      }
    }
    return result.filter { !$0.isEmpty }
  }
}
