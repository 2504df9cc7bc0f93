public import FileFormats

/// A run that makes way for another one in its folder: it waits in `.replaced` until the new one has a checkpoint worth
/// keeping, and comes back when the new one ends before.
///
/// Whichever `run.json` lies in its place owns the folder. The record of the old run is moved aside last and back first,
/// so whatever moment a crash chooses, the next process knows what to do:
/// - `.replaced` without `run.json`: the old run owns the folder, its files go back;
/// - `.replaced` with `run.json`: the new run owns the folder; without a trained checkpoint of it, the old one returns.
extension RunDirectory {
  static let replacedFolder = ".replaced"
  private static let discardedFolder = ".discarded"

  /// Whether a run that was here waits to come back.
  public var isReplacing: Bool { Files.isFolder(file(Self.replacedFolder)) }

  /// Moves the run that is here aside, all that it wrote and nothing else.
  func setAside() throws(FileError) {
    let record = try record()
    if Files.isLink(file("checkpoints")) {
      throw FileError(
        path: file("checkpoints"), action: "cannot replace the run",
        reason: "this is a link; what it leads to is not touched, choose another folder")
    }
    try Files.createFolder(file(Self.replacedFolder))
    for name in record.files { try moveIfThere(name, to: "\(Self.replacedFolder)/\(name)") }
    try tidyCheckpoints()
    for name in try checkpointNames(in: file("checkpoints")) {
      try moveIfThere("checkpoints/\(name)", to: "\(Self.replacedFolder)/checkpoints/\(name)")
    }
    removeEmptyFolders(record.files)
    try Files.move(file(Self.recordFile), to: file("\(Self.replacedFolder)/\(Self.recordFile)"))
    try Files.sync(path)
  }

  /// Finishes what an earlier process began: the old run returns unless the new one has a checkpoint worth keeping.
  func settleReplaced() throws(FileError) {
    try Files.remove(file(Self.discardedFolder))
    guard isReplacing else { return }
    let isNewWorthKeeping = checkpoints().contains { $0.iteration > 0 }
    let isOldAside = Files.isFile(file("\(Self.replacedFolder)/\(Self.recordFile)"))
    if isOldAside, isNewWorthKeeping { try discardReplaced() } else { try restoreReplaced() }
  }

  /// Removes the run that was here before; this one has something to keep.
  ///
  /// - Throws: a ``FileError`` with the system's reason.
  public func discardReplaced() throws(FileError) {
    guard isReplacing else { return }
    // Half removed it must not look like a run that waits to come back.
    try Files.move(file(Self.replacedFolder), to: file(Self.discardedFolder))
    try Files.remove(file(Self.discardedFolder))
  }

  /// Puts the run that was here before back into its place; what this one wrote is removed.
  ///
  /// - Throws: a ``FileError`` with the system's reason.
  public func restoreReplaced() throws(FileError) {
    guard isReplacing else { return }
    let replaced = file(Self.replacedFolder)
    if Files.isFile("\(replaced)/\(Self.recordFile)") {
      try removeWritten()
      try Files.move("\(replaced)/\(Self.recordFile)", to: file(Self.recordFile))
    }
    for name in try record().files { try moveIfThere("\(Self.replacedFolder)/\(name)", to: name) }
    for name in try checkpointNames(in: "\(replaced)/checkpoints") {
      try moveIfThere("\(Self.replacedFolder)/checkpoints/\(name)", to: "checkpoints/\(name)")
    }
    try Files.sync(path)
    // Nothing but folders is left.
    try Files.remove(replaced)
  }

  /// The names in a folder that a run gives to checkpoints; a number needs its list, or it is somebody else's folder.
  private func checkpointNames(in folder: String) throws(FileError) -> [String] {
    guard Files.isFolder(folder) else { return [] }
    return try Files.list(folder).filter { name in
      Self.isCheckpointName(name)
        && (Int(name) == nil || Files.isFile("\(folder)/\(name)/\(CheckpointContents.file)"))
    }
  }

  /// Removes what this run has written, when it could not even be begun; a run that was here before comes back.
  ///
  /// - Throws: a ``FileError`` with the system's reason.
  public func abandon() throws(FileError) {
    if isReplacing { return try restoreReplaced() }
    try removeWritten()
    try Files.remove(file(Self.recordFile))
  }

  /// Removes the files and checkpoints of the run, all but its record.
  private func removeWritten() throws(FileError) {
    // Without a record there is nothing that the run has written.
    let written = Files.exists(file(Self.recordFile)) ? try record().files : []
    for name in written { try Files.remove(file(name)) }
    for name in try checkpointNames(in: file("checkpoints")) { try Files.remove(file("checkpoints/\(name)")) }
    removeEmptyFolders(written)
  }

  private func moveIfThere(_ name: String, to new: String) throws(FileError) {
    guard Files.exists(file(name)) else { return }
    try Files.createFolder(Files.parent(of: file(new)))
    try Files.move(file(name), to: file(new))
  }

  /// Removes the folders of files that are gone, unless somebody else has put something into them.
  private func removeEmptyFolders(_ names: [String]) {
    for folder in Set(names.map { Files.parent(of: file($0)) } + [file("checkpoints")]) where folder != path {
      Files.removeIfEmpty(folder)
    }
  }
}
