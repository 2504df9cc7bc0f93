extension JSONValue {
  /// The value as JSON on one line: `{"type": "mala", "steps": 30}`.
  ///
  /// Numbers print as the shortest text that reads back to the same bits. JSON has no word for a number that
  /// is not finite; as such a number must not vanish, it prints as the string `"NaN"`, `"Infinity"` or
  /// `"-Infinity"`.
  public var compactText: String {
    var printer = JSONPrinter()
    printer.writeCompact(self)
    return printer.text
  }

  /// The value as JSON for people: two spaces a level, short lists on one line, no newline at the end.
  ///
  /// Numbers print as in ``compactText``.
  public var prettyText: String {
    var printer = JSONPrinter()
    printer.writePretty(self, indentation: "")
    return printer.text
  }
}

/// Writes JSON text.
struct JSONPrinter {
  /// The longest list that stays on one line, in characters.
  static let longestLine = 80

  private(set) var text = ""

  mutating func writeCompact(_ value: JSONValue) {
    switch value {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value): write(value)
    case .string(let value): write(value)
    case .array(let elements):
      text += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { text += ", " }
        writeCompact(element)
      }
      text += "]"
    case .object(let object):
      text += "{"
      for (index, member) in object.members.enumerated() {
        if index > 0 { text += ", " }
        write(member.key)
        text += ": "
        writeCompact(member.value)
      }
      text += "}"
    }
  }

  mutating func writePretty(_ value: JSONValue, indentation: String) {
    let inner = indentation + "  "
    switch value {
    case .array(let elements) where !isShort(elements):
      text += "[\n"
      for (index, element) in elements.enumerated() {
        text += inner
        writePretty(element, indentation: inner)
        text += index + 1 < elements.count ? ",\n" : "\n"
      }
      text += indentation + "]"
    case .object(let object) where !object.isEmpty:
      text += "{\n"
      for (index, member) in object.members.enumerated() {
        text += inner
        write(member.key)
        text += ": "
        writePretty(member.value, indentation: inner)
        text += index + 1 < object.count ? ",\n" : "\n"
      }
      text += indentation + "}"
    default: writeCompact(value)
    }
  }

  /// Whether a list holds no objects and fits on one line.
  private func isShort(_ elements: [JSONValue]) -> Bool {
    func holdsObject(_ value: JSONValue) -> Bool {
      switch value {
      case .object: true
      case .array(let elements): elements.contains(where: holdsObject)
      default: false
      }
    }
    if elements.contains(where: holdsObject) { return false }
    return JSONValue.array(elements).compactText.count <= Self.longestLine
  }

  private mutating func write(_ value: Double) {
    switch value {
    case .infinity: text += "\"Infinity\""
    case -.infinity: text += "\"-Infinity\""
    case _ where value.isNaN: text += "\"NaN\""
    default: text += value.description
    }
  }

  private mutating func write(_ value: String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
