internal import EBMCore

/// Where a new run goes.
package enum RunPlace: Sendable {
  /// This folder; a run that is there already makes way when it is forced to.
  case folder(String, force: Bool)
  /// This folder, or `-2`, `-3`, … behind its name when there is a run already.
  case numbered(String)

  /// Makes the folder.
  func create(command: [String]) throws(FileError) -> RunDirectory {
    switch self {
    case .folder(let path, let force): try RunDirectory.create(at: path, force: force, command: command)
    case .numbered(let path): try RunDirectory.createNumbered(at: path, command: command)
    }
  }
}
