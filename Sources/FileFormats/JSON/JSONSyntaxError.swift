/// A text that is not JSON, or not JSON that can be held.
public struct JSONSyntaxError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Bytes from the start of the text.
  public var offset: Int
  /// The line, from 1.
  public var line: Int
  /// The place in the line: characters, from 1.
  public var column: Int
  /// What is wrong there, such as `found "}", expected a value`; as long as what was found.
  public var what: String

  /// One line: `3:7: found "}", expected a value`; control characters are written as escapes.
  public var description: String { "\(line):\(column): \(what)".onOneLine() }
}
