/// One complete checkpoint of a run.
public struct Checkpoint: Sendable, Equatable {
  /// The parameter updates that were done when it was written.
  public let iteration: Int
  /// Its folder, from the root.
  public let path: String

  /// The path of a file in it.
  ///
  /// - Parameter name: the file's name, such as `weights.safetensors`.
  public func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// Checkpoints: `checkpoints/NNNNNN/`, each with a list of its files and their sizes, `contents.json`.
///
/// A checkpoint is filled under a temporary name, synced and renamed, so one that has its name is complete. The list
/// finds those that were damaged later, by a full disk's copy or a half-done download.
extension RunDirectory {
  private static let contentsFile = "contents.json"
  private var checkpointsFolder: String { file("checkpoints") }

  /// The valid checkpoints, the earliest first.
  public func checkpoints() -> [Checkpoint] {
    // A folder that cannot be listed holds no checkpoint that could be used.
    guard let names = try? Files.list(checkpointsFolder) else { return [] }
    return names.compactMap { name in
      guard let iteration = Int(name), iteration >= 0, name.allSatisfy(\.isNumber) else { return nil }
      let checkpoint = Checkpoint(iteration: iteration, path: "\(checkpointsFolder)/\(name)")
      return isComplete(checkpoint) ? checkpoint : nil
    }.sorted { $0.iteration < $1.iteration }
  }

  /// The latest valid checkpoint, or nil where there is none.
  public func latestCheckpoint() -> Checkpoint? { checkpoints().last }

  /// Writes a checkpoint, replacing one of the same iteration.
  ///
  /// - Parameters:
  ///   - iteration: the parameter updates that are done.
  ///   - fill: writes the files into the empty folder it is given.
  /// - Returns: the checkpoint under its final name.
  /// - Throws: what `fill` throws, or a ``FileError``; earlier checkpoints are untouched then.
  @discardableResult
  public func writeCheckpoint(
    iteration: Int, _ fill: (_ folder: String) throws -> Void
  ) throws -> Checkpoint {
    let name = String(repeating: "0", count: max(0, 6 - String(iteration).count)) + String(iteration)
    let final = "\(checkpointsFolder)/\(name)"
    let temporary = "\(checkpointsFolder)/writing-\(name)"
    try Files.createFolder(checkpointsFolder)
    try Files.remove(temporary)
    try Files.createFolder(temporary)
    do {
      try fill(temporary)
      var sizes = JSONObject()
      for name in try Files.list(temporary) {
        try Files.sync("\(temporary)/\(name)")
        sizes[name] = Files.size(of: "\(temporary)/\(name)").map(JSONValue.integer)
      }
      let list = JSONValue.object(["files": .object(sizes)]).prettyText + "\n"
      try Files.replace("\(temporary)/\(Self.contentsFile)", with: list.utf8)
    } catch {
      try Files.remove(temporary)
      throw error
    }
    // A folder is not replaced by renaming: the old one steps aside first, and is restored by nobody if the machine
    // stops between the two renames, but then the older checkpoints are still there.
    let old = "\(checkpointsFolder)/old-\(name)"
    try Files.remove(old)
    if Files.exists(final) { try Files.move(final, to: old) }
    try Files.move(temporary, to: final)
    try Files.sync(checkpointsFolder)
    try Files.remove(old)
    return Checkpoint(iteration: iteration, path: final)
  }

  /// Removes all but the latest valid checkpoints, and what unfinished writing left behind.
  ///
  /// - Parameter count: how many stay, at least 1.
  /// - Throws: a ``FileError`` with the system's reason.
  /// - Precondition: `count` is at least 1.
  public func pruneCheckpoints(keepingLast count: Int) throws(FileError) {
    precondition(count >= 1, "at least one checkpoint has to stay, found \(count)")
    guard Files.isFolder(checkpointsFolder) else { return }
    for checkpoint in checkpoints().dropLast(count) { try Files.remove(checkpoint.path) }
    for name in try Files.list(checkpointsFolder) where name.hasPrefix("writing-") || name.hasPrefix("old-") {
      try Files.remove("\(checkpointsFolder)/\(name)")
    }
  }

  /// Removes the checkpoints after an iteration: a run that goes back must not resume from where it went wrong.
  ///
  /// - Parameter iteration: the last iteration whose checkpoint stays.
  /// - Throws: a ``FileError`` with the system's reason.
  public func removeCheckpoints(after iteration: Int) throws(FileError) {
    for checkpoint in checkpoints() where checkpoint.iteration > iteration { try Files.remove(checkpoint.path) }
  }

  /// Whether every file that was listed is there with the size it had.
  private func isComplete(_ checkpoint: Checkpoint) -> Bool {
    // Whatever keeps the list from being read makes the checkpoint invalid.
    guard let text = try? Files.readText(checkpoint.file(Self.contentsFile)),
      let files = try? JSONValue(parsing: text)["files"]?.objectValue
    else { return false }
    return files.members.allSatisfy { name, size in
      Files.size(of: checkpoint.file(name)) == size.integerValue
    }
  }
}
