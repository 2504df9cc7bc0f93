/// A file that could not be read or written, told in one line: which file, where in it, what was found, what belongs
/// there.
///
/// Every reader and writer of this module throws this type and nothing else, so a caller can show `description` as it
/// is. Failures of the operating system have the same form: `found` is then the system's own reason.
public struct FileFormatError: Error, Equatable, Sendable, Codable, CustomStringConvertible {
  /// The file, as the caller named it.
  public var path: String

  /// The place in the file (`header`, `tensor "weight"`) or the step that failed (`opening the file`).
  public var location: String

  /// What was there.
  public var found: String

  /// What would have been accepted.
  public var expected: String

  /// The valid name closest to the one that was found, where a name was wrong and one is close.
  public var nearestName: String?

  /// Makes an error from its parts.
  ///
  /// - Parameters:
  ///   - path: the file, as the caller named it.
  ///   - location: the place in the file, or the step that failed.
  ///   - found: what was there.
  ///   - expected: what would have been accepted.
  ///   - nearestName: the closest valid name, `nil` (the default) if no name is at fault or none is close.
  public init(path: String, location: String, found: String, expected: String, nearestName: String? = nil) {
    self.path = path
    self.location = location
    self.found = found
    self.expected = expected
    self.nearestName = nearestName
  }

  /// One line; control characters that came from the file or its name are written as escapes.
  public var description: String {
    let nearest = nearestName.map { " (nearest: \($0))" } ?? ""
    return "\(path): \(location): found \(found), expected \(expected)\(nearest)".onOneLine()
  }

  /// `text` in double quotes, escaped, and cut when it is too long for a message.
  ///
  /// - Parameter text: a name or value that came from a file and may be anything.
  /// - Returns: printable text of at most about 80 characters.
  static func quoted(_ text: String) -> String {
    let limit = 80
    let scalars = text.unicodeScalars
    guard scalars.dropFirst(limit).isEmpty else {
      var head = String.UnicodeScalarView()
      head.append(contentsOf: scalars.prefix(limit))
      return String(head).debugDescription + "…"
    }
    return text.debugDescription
  }
}
