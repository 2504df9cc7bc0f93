/// Colours JSON by wrapping its words in spans. Text that is not JSON passes through, escaped.
package enum JSONHighlighter {
  package static func html(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let first = rest.first {
      if first == "\"" {
        let string = quoted(rest)
        rest = rest.dropFirst(string.count)
        let isKey = rest.first { !$0.isWhitespace } == ":"
        result += span(isKey ? "key" : "string", string)
      } else if first.isLetter || first.isNumber || first == "-" {
        let word = rest.prefix { $0.isLetter || $0.isNumber || "+-.".contains($0) }
        rest = rest.dropFirst(word.count)
        if Double(word) != nil {
          result += span("number", word)
        } else {
          result += ["true", "false", "null"].contains(word) ? span("constant", word) : Markup.escaped(word)
        }
      } else {
        let other = rest.prefix { !($0 == "\"" || $0.isLetter || $0.isNumber || $0 == "-") }
        rest = rest.dropFirst(other.count)
        result += Markup.escaped(other)
      }
    }
    return result
  }

  /// The string that begins a text, both quotes included; all the rest when the second is missing.
  private static func quoted(_ text: Substring) -> Substring {
    var isEscaped = false
    for index in text.indices.dropFirst() {
      if isEscaped {
        isEscaped = false
      } else if text[index] == "\\" {
        isEscaped = true
      } else if text[index] == "\"" {
        return text[...index]
      }
    }
    return text
  }

  private static func span(_ kind: String, _ text: Substring) -> String {
    "<span class=\"json-\(kind)\">\(Markup.escaped(text))</span>"
  }
}
