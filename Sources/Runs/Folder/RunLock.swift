internal import FileFormats
import FoundationEssentials
import Glibc
import Synchronization

/// Who writes into a run: the file `.lock`, locked as long as its holder lives and naming it.
final class RunLock: Sendable {
  static let file = ".lock"
  private let lock: FileLock
  private let run: String
  private let turn = Mutex<Void>(())

  /// Takes the lock.
  ///
  /// - Parameters:
  ///   - run: the run's folder.
  ///   - command: the command line of the holder, for the message that others get.
  /// - Throws: a ``FileError`` when somebody holds it, or the folder cannot be written.
  init(_ run: String, command: [String]) throws(FileError) {
    self.run = run
    // Whoever asks for the holder's name has the file for a moment.
    for attempt in 0...5 {
      if let lock = try FileLock.acquire("\(run)/\(Self.file)", .exclusive, isCreated: true) {
        self.lock = lock
        try describe(command)
        return
      }
      if attempt < 5 { usleep(40_000) }
    }
    throw FileError(path: run, action: "cannot write into the run", reason: Self.holder(of: run) ?? "it is in use")
  }

  deinit {
    // The holder's name goes before the lock does. Where that fails, the text is of no consequence without the lock.
    if lock.isInPlace { ftruncate(lock.descriptor, 0) }
  }

  /// Lets one thread of this process at a time do something: an interruption is entered by another one than the files
  /// that are being written.
  func inTurn(_ body: () throws(FileError) -> Void) throws(FileError) {
    try turn.withLock { (_) throws(FileError) in try body() }
  }

  /// Whether two processes would notice each other.
  var isEffective: Bool { lock.isEffective }

  /// Makes sure that the run's folder is still where it was.
  ///
  /// - Throws: a ``FileError`` that says where it is now.
  func checkPlace() throws(FileError) {
    try LeadingProcess.perform { () throws(FileError) in try checkOwnPlace() }
  }

  private func checkOwnPlace() throws(FileError) {
    if lock.isInPlace || !lock.isEffective { return }
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/fd/\(lock.descriptor)", &buffer, buffer.count)
    let now = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    let isMoved = now.hasSuffix("/" + Self.file)
    throw FileError(
      path: run, action: "cannot write into the run",
      reason: isMoved
        ? "its folder is \(Files.parent(of: now)) now; resume it there" : "its folder was removed while it was in use")
  }

  /// Who holds a run's lock, as a reason: `it is in use by "ebm train …" (process 812 on node3, since …)`; nil when
  /// nobody does.
  static func holder(of run: String) -> String? {
    let path = "\(run)/\(file)"
    let lock: FileLock?
    do throws(FileError) { lock = try FileLock.acquire(path, .shared) } catch {
      // There is no such file, or it cannot be opened: then nobody could write into the run either.
      return nil
    }
    if lock != nil { return nil }
    // The holder may be about to write its name.
    guard let text = try? Files.readText(path), let value = try? JSONValue(parsing: text),
      let command = value["command"]?.stringValue, let process = value["process"]?.integerValue
    else { return "it is in use by another process" }
    let (host, since) = (value["host"]?.stringValue ?? "?", value["since"]?.stringValue ?? "?")
    let shown = command.count > 60 ? command.prefix(59) + "…" : command
    return "it is in use by \"\(shown)\" (process \(process) on \(host), since \(since))"
  }

  private func describe(_ command: [String]) throws(FileError) {
    let value = JSONValue.object([
      "process": .integer(Int(getpid())), "host": .string(ProcessInfo.processInfo.hostName),
      "command": .string(RunDirectory.shellLine(command)), "since": .string(Date().formatted(.iso8601)),
    ])
    try LeadingProcess.perform { () throws(FileError) in
      ftruncate(lock.descriptor, 0)
      lseek(lock.descriptor, 0, SEEK_SET)
      try Files.append(Array((value.compactText + "\n").utf8), to: lock.descriptor, path: "\(run)/\(Self.file)")
    }
  }
}
