public import EBMCore
public import FileFormats

/// The folder of a run: the recipe that made it, what it ran on, its metrics, checkpoints and results.
///
/// ```
/// run.json  recipe.json  command.txt  environment.json  metrics.jsonl  evaluation.json
/// checkpoints/000500/  plots/*.svg  report.html
/// ```
///
/// `run.json` is its mark: a folder without it is never treated as a run, and it lists the files that the run wrote, so
/// that nothing else is ever replaced or removed. Single files are written under a temporary name, synced and renamed,
/// so a crash leaves the old one or the new one. One process at a time writes into a run; it holds the lock `.lock`.
///
/// A path is resolved against the working directory once, when the value is made.
public struct RunDirectory: Sendable {
  /// The folder, from the root.
  public let path: String
  /// Held by whoever writes, as long as any copy of the value lives.
  let lock: RunLock?

  static let recordFile = "run.json"

  private init(path: String, lock: RunLock? = nil) {
    self.path = path
    self.lock = lock
  }

  /// Makes the folder of a new run, and those it lies in, and keeps others from writing into it.
  ///
  /// - Parameters:
  ///   - path: where; resolved against the working directory.
  ///   - force: whether a run that is there makes way. It is moved aside and comes back when the new one ends before
  ///     it has a checkpoint worth keeping; see ``discardReplaced()``. What a run did not write stays where it is.
  ///   - command: the command line, for the message that others get while the run is in use.
  /// - Throws: a ``FileError`` when the folder is not empty (and `force` is off, or it holds no run), is in use, or
  ///   cannot be made or written. Nothing has been changed then.
  public static func create(
    at path: String, force: Bool = false, command: [String] = CommandLine.arguments
  ) throws(FileError) -> RunDirectory {
    let folder = Files.absolute(path)
    func refusal(_ reason: String) -> FileError {
      FileError(path: path, action: "cannot start a run here", reason: reason)
    }
    // Whether there is a run; a folder of anything else is refused.
    func holdsRun() throws(FileError) -> Bool {
      // A lock without a run is what is left of one that was not begun.
      let names = try Files.list(folder).filter { $0 != RunLock.file }
      if names.isEmpty { return false }
      if names.contains(recordFile) {
        // Other programs may have files of this name.
        do throws(FileError) { _ = try RunDirectory(path: folder).record() } catch {
          throw refusal("the folder is not empty and holds no run: \(error.reason); choose another one")
        }
      } else if !names.contains(replacedFolder) {
        throw refusal("the folder is not empty and holds no run; choose another one")
      }
      if !force { throw refusal("the folder holds a run already; choose another one or add --force") }
      return true
    }
    if Files.isFolder(folder) {
      _ = try holdsRun()
    } else if Files.exists(folder) {
      throw refusal("it is a file, not a folder")
    } else {
      do throws(FileError) { try Files.createFolder(folder) } catch {
        throw FileError(path: path, action: error.action, reason: error.reason)
      }
    }
    let run: RunDirectory
    do throws(FileError) { run = RunDirectory(path: folder, lock: try RunLock(folder, command: command)) } catch {
      throw refusal(error.reason)
    }
    // Once more: somebody may have been faster.
    if try holdsRun() {
      try run.settleReplaced()
      try run.setAside()
    }
    var record = RunRecord()
    record.files = ["recipe.json", "command.txt", "environment.json", "metrics.jsonl"]
    if let name = record.files.first(where: { Files.exists(run.file($0)) }) {
      try run.restoreReplaced()
      throw refusal("\(name) is there and not the run's; choose another folder")
    }
    try run.write(record)
    return run
  }

  /// Makes the folder of a new run under the first name that is free: `runs/x`, `runs/x-2`, `runs/x-3`, ….
  ///
  /// - Parameters:
  ///   - path: the first choice; resolved against the working directory.
  ///   - command: the command line, for the message that others get while the run is in use.
  /// - Throws: a ``FileError`` when a folder cannot be made or written.
  public static func createNumbered(at path: String, command: [String]) throws(FileError) -> RunDirectory {
    for number in 1... {
      let candidate = number == 1 ? path : "\(path)-\(number)"
      if isTaken(candidate) { continue }
      do throws(FileError) { return try create(at: candidate, command: command) } catch {
        if !isTaken(candidate) { throw error }
        // Somebody was faster.
      }
    }
    throw FileError(path: path, action: "cannot start a run here", reason: "there is no free name")
  }

  /// Whether there is anything that a new run does not make itself, or somebody makes one.
  private static func isTaken(_ path: String) -> Bool {
    guard Files.isFolder(path) else { return Files.exists(path) }
    // A folder that cannot be listed is somebody else's.
    guard let names = try? Files.list(path) else { return true }
    return names.contains { $0 != RunLock.file } || RunLock.holder(of: Files.absolute(path)) != nil
  }

  /// Opens the folder of a run that exists, to read it.
  ///
  /// - Parameter path: where; resolved against the working directory.
  /// - Throws: a ``FileError`` when there is no folder or it holds no run.
  public static func open(at path: String) throws(FileError) -> RunDirectory {
    let run = RunDirectory(path: Files.absolute(path))
    func refusal(_ reason: String) -> FileError { FileError(path: path, action: "cannot open the run", reason: reason) }
    guard Files.isFolder(run.path) else { throw refusal(Files.exists(path) ? "it is a file" : "no such folder") }
    // A run that was to be replaced by one that was killed at once comes back. Where the folder cannot be written or
    // is in use, that is left to the next one.
    if Files.isFolder(run.file(replacedFolder)), let writer = try? run.opened(for: ["ebm"]) { _ = writer }
    for name in [recordFile, "recipe.json"] where !Files.isFile(run.file(name)) {
      throw refusal("the folder holds no \(name)")
    }
    _ = try run.record()
    return run
  }

  /// The same run with its lock, to write into it.
  ///
  /// What an earlier process left half done is tidied up.
  ///
  /// - Parameter command: the command line, for the message that others get meanwhile.
  /// - Throws: a ``FileError`` that names the holder when the run is in use, or says why it cannot be written.
  public func opened(for command: [String]) throws(FileError) -> RunDirectory {
    let run = RunDirectory(path: path, lock: try RunLock(path, command: command))
    try run.settleReplaced()
    for folder in [path, file("plots"), file("samples")] where Files.isFolder(folder) {
      AtomicFile.removeAbandoned(in: folder, names: try Files.list(folder))
    }
    return run
  }

  /// The same run without its lock, for whoever only reads it: a copy with the lock keeps others out while it lives.
  var unlocked: RunDirectory { RunDirectory(path: path) }

  /// Who writes into the run now, as the reason of a message: `it is in use by "ebm train …" (process 812 on …)`; nil
  /// when nobody does.
  public var user: String? { RunLock.holder(of: path) }

  /// Whether two processes that write into the run notice each other: false on file systems without locks.
  public var isProtected: Bool { lock?.isEffective ?? false }

  /// What to say where it is false.
  public static let unprotected =
    "this file system has no locks, so two processes in one run would not notice each other"

  /// Makes sure that the folder is still where it was when its lock was taken.
  ///
  /// - Throws: a ``FileError`` that says where it is now.
  public func checkPlace() throws(FileError) { try lock?.checkPlace() }

  /// The path of something in the folder.
  ///
  /// - Parameter name: its name, such as `report.html` or `samples/final.png`.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file of the run whole, and the folder it lies in where that is missing.
  ///
  /// - Parameters:
  ///   - bytes: its content.
  ///   - name: its name in the folder, such as `plots/curves.svg`.
  /// - Throws: a ``FileError`` with the system's reason, or when there is such a file and the run did not write it.
  public func write(_ bytes: some Sequence<UInt8>, to name: String) throws(FileError) {
    try claim(name)
    try Files.createFolder(Files.parent(of: file(name)))
    try Files.replace(file(name), with: bytes)
  }

  /// Enters a file that is about to be written into the run's record.
  ///
  /// - Throws: a ``FileError`` when there is such a file already and the run did not write it.
  func claim(_ name: String) throws(FileError) {
    try updateRecord { (record) throws(FileError) in
      if record.files.contains(name) { return }
      if Files.exists(file(name)) {
        throw FileError(
          path: file(name), action: "cannot write the file",
          reason: "it is there and not the run's; move it elsewhere")
      }
      record.files.append(name)
    }
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
    try write((Self.shellLine(arguments) + "\n").utf8, to: "command.txt")
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

  /// Words as a POSIX shell reads them back.
  package static func shellLine(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

  private static func quoted(_ word: String) -> String {
    let isPlain = word.unicodeScalars.allSatisfy { scalar in
      ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
        || "-_./=,:+@%".unicodeScalars.contains(scalar)
    }
    if isPlain, !word.isEmpty { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}

extension RunDirectory: Equatable {
  /// Whether both are of one folder.
  public static func == (left: RunDirectory, right: RunDirectory) -> Bool { left.path == right.path }
}
