#if canImport(FoundationEssentials)
  package import FoundationEssentials
#else
  package import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
internal import Tensors

/// A file that appears under its name complete or not at all.
///
/// The bytes go to a temporary file in the same directory; `commit()` flushes them to the disk and renames. A crash, a
/// full disk or a thrown error leaves whatever was there before, and the temporary file is removed when the value dies.
///
/// ```swift
/// var file = try AtomicFile(replacing: url)
/// try file.append(header)
/// try file.commit()
/// ```
///
/// An existing file keeps its permissions; a symbolic link stays and the file it leads to is replaced. Directories,
/// pipes and devices are refused: renaming over `/dev/null` would destroy it.
///
/// Of several processes the first writes, and `commit()` tells all whether it could (``LeadingProcess``).
package struct AtomicFile: ~Copyable {
  private let path: String
  private let destination: String
  private let temporaryPath: String
  /// −1 in other processes than the one that writes, and once closed.
  private var descriptor: Int32
  private var isRenamed = false
  /// What keeps the file from being written, until all processes come to `commit()`.
  private var failure: FileFormatError?

  /// Opens a temporary file beside the one to be made or replaced.
  ///
  /// - Parameter url: the file to make or replace; its directory must exist.
  /// - Throws: `FileFormatError` if the directory cannot be written, or if something other than a regular file has the
  ///   name.
  package init(replacing url: URL) throws(FileFormatError) {
    let path = try FileContents.localPath(of: url)
    var place = (destination: "", temporary: "", descriptor: Int32(-1))
    try LeadingProcess.perform("make") { () throws(FileFormatError) in place = try Self.made(path) }
    self.path = path
    (destination, temporaryPath, descriptor) = place
    isRenamed = !LeadingProcess.isThis
  }

  private static func made(
    _ path: String
  ) throws(FileFormatError) -> (destination: String, temporary: String, descriptor: Int32) {
    let destination = Self.followingLinks(path)
    let mode = try Self.permissions(of: destination, namedBy: path)
    let directory = Self.directory(of: destination)
    var temporaryPath: String
    var descriptor: Int32
    repeat {
      temporaryPath = directory + "/" + Self.temporaryPrefix + String(UInt64.random(in: 0...UInt64.max), radix: 16)
      // 0o666 under the process's umask is what an ordinary new file gets.
      descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    } while descriptor < 0 ? errno == EEXIST : !Self.isTaken(descriptor)
    guard descriptor >= 0 else {
      throw FileContents.systemError(path, "making a temporary file in \(directory)", "a directory that can be written")
    }
    if let mode, fchmod(descriptor, mode) != 0 {
      let failure = FileContents.systemError(path, "keeping the file's permissions", "permission to set them")
      close(descriptor)
      unlink(temporaryPath)
      throw failure
    }
    return (destination, temporaryPath, descriptor)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if !isRenamed { unlink(temporaryPath) }
  }

  /// Makes or replaces a file in one go.
  ///
  /// - Parameters:
  ///   - url: the file to make or replace.
  ///   - bytes: all of the file.
  /// - Throws: `FileFormatError` with the system's reason; the old file is then untouched.
  package static func replace(_ url: URL, with bytes: [UInt8]) throws(FileFormatError) {
    var file = try AtomicFile(replacing: url)
    try file.append(bytes)
    try file.commit()
  }

  /// Adds bytes to the end.
  ///
  /// - Throws: `FileFormatError` with the system's reason, such as a full disk.
  package mutating func append(_ bytes: [UInt8]) throws(FileFormatError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(FileFormatError) in
      try append(UnsafeRawBufferPointer(buffer))
    }
  }

  /// Adds bytes to the end.
  ///
  /// - Throws: `FileFormatError` with the system's reason, such as a full disk.
  package mutating func append(_ bytes: UnsafeRawBufferPointer) throws(FileFormatError) {
    if descriptor < 0 || failure != nil { return }
    do throws(FileFormatError) { try write(bytes) } catch {
      // Other processes wait at `commit()` to be told.
      if ProcessGroup.current.size == 1 { throw error }
      failure = error
    }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(FileFormatError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let slice = UnsafeRawBufferPointer(rebasing: rest)
      let count = Glibc.write(descriptor, slice.baseAddress, slice.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileContents.systemError(path, "writing the file", "room for its bytes") }
      rest = rest.dropFirst(count)
    }
  }

  /// Flushes everything to the disk and gives the file its name.
  ///
  /// - Throws: `FileFormatError` with the system's reason; the old file is then untouched.
  package consuming func commit() throws(FileFormatError) {
    if descriptor >= 0, failure == nil {
      do throws(FileFormatError) { try finish() } catch { failure = error }
    }
    let failure = failure
    try LeadingProcess.perform { () throws(FileFormatError) in if let failure { throw failure } }
  }

  private mutating func finish() throws(FileFormatError) {
    guard fsync(descriptor) == 0 else {
      throw FileContents.systemError(path, "flushing the file to the disk", "a disk that takes it")
    }
    let finished = descriptor
    descriptor = -1
    guard close(finished) == 0 else {
      throw FileContents.systemError(path, "closing the file", "a disk that takes it")
    }
    guard rename(temporaryPath, destination) == 0 else {
      throw FileContents.systemError(path, "renaming the finished file", "permission to replace the old one")
    }
    isRenamed = true
    try Self.synchronizeDirectory(Self.directory(of: destination), for: path)
  }

  /// Removes temporary files in a directory whose writers were killed. Those of living writers stay: they are locked,
  /// and the system takes a lock back when its holder ends.
  ///
  /// - Parameters:
  ///   - directory: where; other directories in it are not looked at.
  ///   - names: what it holds.
  package static func removeAbandoned(in directory: String, names: [String]) {
    if !LeadingProcess.isThis { return }
    for name in names where name.hasPrefix(temporaryPrefix) {
      let path = directory + "/" + name
      let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
      close(descriptor)
    }
  }

  private static let temporaryPrefix = ".partial-"

  /// Locks a temporary file; false when ``removeAbandoned(in:names:)`` came before, which leaves nothing to write to.
  /// Closes the file then.
  private static func isTaken(_ descriptor: Int32) -> Bool {
    // File systems that know no locks let nobody remove the file either.
    let isHeld = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
    var status = stat()
    if !isHeld, fstat(descriptor, &status) != 0 || status.st_nlink > 0 { return true }
    close(descriptor)
    return false
  }

  /// Flushes a directory's list of names, so that a rename in it survives a power failure.
  private static func synchronizeDirectory(_ directory: String, for path: String) throws(FileFormatError) {
    let descriptor = open(directory, O_RDONLY | O_CLOEXEC)
    // A directory may be writable and not readable; the file is complete, only the flush must be left to the system.
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // Some file systems cannot flush a directory and say EINVAL; there is nothing more to do on those.
    if fsync(descriptor) != 0, errno != EINVAL {
      throw FileContents.systemError(path, "flushing the directory to the disk", "a disk that takes it")
    }
  }

  /// Where the file really is, if `path` is a symbolic link to an existing one.
  private static func followingLinks(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The permissions of the file to be replaced, `nil` if there is none.
  private static func permissions(of destination: String, namedBy path: String) throws(FileFormatError) -> mode_t? {
    var status = stat()
    guard stat(destination, &status) == 0 else { return nil }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileFormatError(
        path: path, location: "replacing the file", found: FileContents.kind(of: status),
        expected: "a regular file or an unused name")
    }
    return status.st_mode & 0o7777
  }

  private static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
