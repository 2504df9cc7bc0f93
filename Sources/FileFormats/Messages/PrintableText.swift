extension String {
  /// The text on one line that no terminal obeys: what is not meant to be seen is written as an escape (line breaks,
  /// control characters, marks that turn the direction of writing), and what is too long to be read is cut.
  ///
  /// Names, values and paths come from files and command lines, and may be anything; every message passes through here.
  ///
  /// - Parameter limit: Unicode scalars that are kept; all by default.
  package func onOneLine(limit: Int = .max) -> String {
    var line = ""
    for (count, scalar) in unicodeScalars.enumerated() {
      if count == limit { return line + "…" }
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: line += scalar.escaped(asASCII: true)
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line
  }
}
