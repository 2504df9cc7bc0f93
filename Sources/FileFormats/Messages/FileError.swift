/// A file or folder that could not be used.
public struct FileError: Error, Sendable, Equatable, Codable, CustomStringConvertible {
  /// The path as it was given.
  public let path: String
  /// What was tried: `cannot create the folder`.
  public let action: String
  /// Why it failed, in the system's words or ours.
  public let reason: String

  /// An error about a file.
  ///
  /// - Parameters:
  ///   - path: the path as it was given.
  ///   - action: what was tried: `cannot create the folder`.
  ///   - reason: why it failed.
  public init(path: String, action: String, reason: String) {
    self.path = path
    self.action = action
    self.reason = reason
  }

  /// One line: `runs/x: cannot create the folder: Permission denied`; control characters are written as escapes.
  public var description: String { "\(path): \(action): \(reason)".onOneLine() }
}
