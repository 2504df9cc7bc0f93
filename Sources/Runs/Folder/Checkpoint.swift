public import FileFormats

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

  /// The folder's name, such as `000500`.
  var name: String { String(path.dropFirst(Files.parent(of: path).count + 1)) }
}

/// Checkpoints: `checkpoints/NNNNNN/`, each with a list of its files, their sizes and checksums, `contents.json`.
///
/// A checkpoint is filled under a temporary name, synced and renamed, so one that has its name is complete. The list
/// finds those that were damaged later. It is written last and removed first: a folder without it is no checkpoint.
extension RunDirectory {
  private var checkpointsFolder: String { file("checkpoints") }

  /// The checkpoints whose files have the sizes they were written with, the earliest first.
  public func checkpoints() -> [Checkpoint] {
    listedCheckpoints().filter { checkpoint in
      // Whatever keeps the list from being read makes the checkpoint invalid.
      guard let contents = try? CheckpointContents(of: checkpoint) else { return false }
      return contents.hasSizes(checkpoint)
    }
  }

  /// The latest of ``checkpoints()``, or nil where there is none.
  public func latestCheckpoint() -> Checkpoint? { checkpoints().last }

  /// Whether there are checkpoints, damaged ones included.
  public var holdsCheckpoints: Bool { !listedCheckpoints().isEmpty }

  /// Reads the latest checkpoint whose files are what was written; nobody removes it meanwhile.
  ///
  /// - Parameters:
  ///   - report: takes a message when later ones are damaged.
  ///   - body: reads it.
  /// - Returns: what `body` returns.
  /// - Throws: what `body` throws, or a ``FileError`` when there is no sound checkpoint.
  public func withSoundCheckpoint<Value>(
    report: (String) -> Void, _ body: (Checkpoint) throws -> Value
  ) throws -> Value {
    var damages: [String] = []
    for checkpoint in listedCheckpoints().reversed() {
      let lock: FileLock?
      do throws(FileError) {
        lock = try FileLock.acquire(checkpoint.file(CheckpointContents.file), .shared)
      } catch {
        // Its list is gone: it is being removed, or that was begun once.
        if Files.exists(checkpoint.file(CheckpointContents.file)) { damages.append("\(error)") }
        continue
      }
      // Somebody removes it.
      guard let lock else { continue }
      if let damage = CheckpointContents.damage(of: checkpoint) {
        damages.append("\(checkpoint.name)/\(damage)")
        continue
      }
      if !damages.isEmpty {
        report(
          "damaged: \(damages.joined(separator: "; ")); the checkpoint of iteration \(checkpoint.iteration) is used")
      }
      return try withExtendedLifetime(lock) { try body(checkpoint) }
    }
    let details = damages.isEmpty ? "" : ": " + damages.joined(separator: "; ")
    throw FileError(path: path, action: "cannot use the run", reason: "it holds no complete checkpoint\(details)")
  }

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
    try checkPlace()
    let name = String(repeating: "0", count: max(0, 6 - String(iteration).count)) + String(iteration)
    let checkpoint = Checkpoint(iteration: iteration, path: "\(checkpointsFolder)/\(name)")
    let temporary = "\(checkpointsFolder)/writing-\(name)"
    try Files.createFolder(checkpointsFolder)
    try Files.remove(temporary)
    try Files.createFolder(temporary)
    do {
      try fill(temporary)
      try CheckpointContents.write(into: temporary)
    } catch {
      // The reason counts, not what keeps the remains from being removed; the next checkpoint tries again.
      try? Files.remove(temporary)
      // A folder that has gone meanwhile explains more than the file that could not be written in it.
      try checkPlace()
      throw error
    }
    // A folder is not replaced by renaming: the old one steps aside first. It comes back when the machine stops between
    // the two renames.
    let old = "\(checkpointsFolder)/old-\(name)"
    try Files.remove(old)
    if Files.exists(checkpoint.path) { try Files.move(checkpoint.path, to: old) }
    try Files.move(temporary, to: checkpoint.path)
    try Files.sync(checkpointsFolder)
    try Files.remove(old)
    return checkpoint
  }

  /// Removes all but the latest valid checkpoints, and what unfinished writing or removing left behind.
  ///
  /// A checkpoint that somebody reads stays until the next time. Where `checkpoints` is a symbolic link nothing is
  /// removed: the folder it leads to is somebody else's.
  ///
  /// - Parameter count: how many stay, at least 1.
  /// - Throws: a ``FileError`` with the system's reason.
  /// - Precondition: `count` is at least 1.
  public func pruneCheckpoints(keepingLast count: Int) throws(FileError) {
    precondition(count >= 1, "at least one checkpoint has to stay, found \(count)")
    try tidyCheckpoints()
    guard isCheckpointsFolderOurs else { return }
    for checkpoint in checkpoints().dropLast(count) { try CheckpointContents.remove(checkpoint) }
  }

  /// Removes the checkpoints after an iteration: a run that goes back must not resume from where it went wrong.
  ///
  /// - Parameter iteration: the last iteration whose checkpoint stays.
  /// - Throws: a ``FileError`` with the system's reason.
  public func removeCheckpoints(after iteration: Int) throws(FileError) {
    guard isCheckpointsFolderOurs else { return }
    for checkpoint in listedCheckpoints() where checkpoint.iteration > iteration {
      try CheckpointContents.remove(checkpoint)
    }
  }

  /// Gives the checkpoints after an iteration, which are damaged, names that are no checkpoint's: `damaged-000500`.
  ///
  /// - Parameter iteration: that of the sound one that is gone on from.
  /// - Throws: a ``FileError`` with the system's reason.
  public func setAsideCheckpoints(after iteration: Int) throws(FileError) {
    for checkpoint in listedCheckpoints() where checkpoint.iteration > iteration {
      let name = "\(checkpointsFolder)/damaged-\(checkpoint.name)"
      try Files.remove(name)
      try Files.move(checkpoint.path, to: name)
    }
  }

  /// Finishes what a crash left unfinished in the folder of the checkpoints.
  func tidyCheckpoints() throws(FileError) {
    guard isCheckpointsFolderOurs else { return }
    for name in try Files.list(checkpointsFolder) where Self.isCheckpointName(name) {
      let path = "\(checkpointsFolder)/\(name)"
      if name.hasPrefix("old-") {
        let final = "\(checkpointsFolder)/\(name.dropFirst(4))"
        if Files.exists(final) { try Files.remove(path) } else { try Files.move(path, to: final) }
      } else if name.hasPrefix("writing-") || name.hasPrefix("removing-") {
        try Files.remove(path)
      }
    }
  }

  /// Whether a name in the folder of the checkpoints is one that a run gives: `000500`, `writing-000500`, ….
  static func isCheckpointName(_ name: String) -> Bool {
    let number = name.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard let last = number.last, last.count >= 6, last.utf8.allSatisfy({ (48...57).contains($0) }) else {
      return false
    }
    return number.count == 1 || ["writing", "old", "removing", "damaged"].contains(number[0])
  }

  private var isCheckpointsFolderOurs: Bool { Files.isFolder(checkpointsFolder) && !Files.isLink(checkpointsFolder) }

  /// The folders that are checkpoints by name, damaged ones included, the earliest first.
  private func listedCheckpoints() -> [Checkpoint] {
    // A folder that cannot be listed holds no checkpoint that could be used.
    guard let names = try? Files.list(checkpointsFolder) else { return [] }
    return names.compactMap { name in
      guard Self.isCheckpointName(name), let iteration = Int(name) else { return nil }
      return Checkpoint(iteration: iteration, path: "\(checkpointsFolder)/\(name)")
    }.sorted { $0.iteration < $1.iteration }
  }
}
