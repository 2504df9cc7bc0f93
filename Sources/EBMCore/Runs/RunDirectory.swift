/// The folder of a run: the recipe that made it, what it ran on, its metrics, checkpoints and results.
///
/// ```
/// recipe.json  command.txt  environment.json  metrics.jsonl  evaluation.json
/// checkpoints/000500/  samples/*.png  plots/*.svg  report.html
/// ```
///
/// Single files are written under a temporary name, synced and renamed, so a crash leaves the old one or the new one.
/// A path is resolved against the working directory once, when the value is made.
public struct RunDirectory: Sendable, Equatable {
  /// The folder, from the root.
  public let path: String

  /// Everything a run writes, which is everything that `force` may remove.
  private static let contents = [
    "recipe.json", "command.txt", "environment.json", "metrics.jsonl", "evaluation.json", "checkpoints", "samples",
    "plots", "report.html",
  ]

  private init(path: String) { self.path = Files.absolute(path) }

  /// Makes the folder of a new run, and those it lies in.
  ///
  /// - Parameters:
  ///   - path: where; resolved against the working directory.
  ///   - force: whether an older run there is removed first. What a run does not write is never removed.
  /// - Throws: a ``FileError`` when the folder is not empty (and `force` is off, or it holds no run), or cannot be
  ///   made. Nothing has been changed then.
  public static func create(at path: String, force: Bool = false) throws(FileError) -> RunDirectory {
    let run = RunDirectory(path: path)
    let action = "cannot start a run here"
    if Files.isFolder(run.path) {
      let names = try Files.list(run.path)
      if !names.isEmpty {
        guard names.contains("recipe.json") else {
          throw FileError(
            path: path, action: action, reason: "the folder is not empty and holds no run; choose another one")
        }
        guard force else {
          throw FileError(
            path: path, action: action, reason: "the folder holds a run already; choose another one or add --force")
        }
        for name in contents { try Files.remove(run.file(name)) }
      }
    } else if Files.exists(run.path) {
      throw FileError(path: path, action: action, reason: "it is a file, not a folder")
    } else {
      do throws(FileError) { try Files.createFolder(run.path) } catch {
        throw FileError(path: path, action: error.action, reason: error.reason)
      }
    }
    // Found out now, not after an hour of training.
    do throws(FileError) {
      try Files.replace(run.file(".writable"), with: [])
      try Files.remove(run.file(".writable"))
    } catch { throw FileError(path: path, action: action, reason: error.reason) }
    return run
  }

  /// Opens the folder of a run that exists.
  ///
  /// - Parameter path: where; resolved against the working directory.
  /// - Throws: a ``FileError`` when there is no folder or it holds no `recipe.json`.
  public static func open(at path: String) throws(FileError) -> RunDirectory {
    let run = RunDirectory(path: path)
    guard Files.isFolder(run.path) else {
      throw FileError(
        path: path, action: "cannot open the run", reason: Files.exists(path) ? "it is a file" : "no such folder")
    }
    guard Files.isFile(run.file("recipe.json")) else {
      throw FileError(path: path, action: "cannot open the run", reason: "the folder holds no recipe.json")
    }
    return run
  }

  /// The path of something in the folder.
  ///
  /// - Parameter name: its name, such as `report.html` or `samples/final.png`.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file of the run whole, and the folder it lies in where that is missing.
  ///
  /// - Parameters:
  ///   - bytes: its content.
  ///   - name: its name in the folder, such as `samples/final.png`.
  /// - Throws: a ``FileError`` with the system's reason.
  public func write(_ bytes: some Sequence<UInt8>, to name: String) throws(FileError) {
    try Files.createFolder(Files.parent(of: file(name)))
    try Files.replace(file(name), with: bytes)
  }

  /// Writes `recipe.json`.
  ///
  /// - Parameter recipe: the resolved recipe, its seed filled in.
  /// - Throws: a ``FileError`` with the system's reason.
  public func write(recipe: Recipe) throws(FileError) { try write(recipe.text.utf8, to: "recipe.json") }

  /// The recipe in `recipe.json`.
  ///
  /// - Throws: a ``ConfigurationError`` when it cannot be read or is not JSON.
  public func recipe() throws(ConfigurationError) -> Recipe {
    try Recipe.load(file("recipe.json"), from: ComponentRegistry())
  }

  /// Writes `command.txt`: the command line as a shell takes it.
  ///
  /// - Parameter arguments: the program's name and its arguments.
  /// - Throws: a ``FileError`` with the system's reason.
  public func write(command arguments: [String]) throws(FileError) {
    let line = arguments.map(Self.quoted).joined(separator: " ") + "\n"
    try write(line.utf8, to: "command.txt")
  }

  /// Writes `environment.json`.
  ///
  /// - Parameter environment: what the run runs on.
  /// - Throws: a ``FileError`` with the system's reason.
  public func write(environment: RunEnvironment) throws(FileError) {
    let value: JSONValue
    do throws(ConfigurationError) { value = try JSONValue(encoding: environment) } catch {
      throw FileError(path: file("environment.json"), action: "cannot write the file", reason: "\(error)")
    }
    try write((value.prettyText + "\n").utf8, to: "environment.json")
  }

  /// A word as a POSIX shell reads it back.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.unicodeScalars.allSatisfy { scalar in
      ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
        || "-_./=,:+@%".unicodeScalars.contains(scalar)
    }
    if isPlain, !word.isEmpty { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
