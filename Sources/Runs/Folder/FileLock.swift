package import FileFormats
import Glibc

/// A lock on an open file, which the system takes back when its holder ends, however it ends.
///
/// A class because it owns the descriptor: the lock goes when the last reference does. It is advisory: it keeps those
/// away who ask for it. Locks are `flock`'s, which belong to the open file, so two of one process exclude each other
/// like two of different ones.
package final class FileLock: Sendable {
  package enum Kind: Sendable {
    /// Held by any number of readers.
    case shared
    /// Held by one.
    case exclusive
  }

  /// The open file, readable, and writable for an exclusive lock; −1 in other processes than the first of several.
  package let descriptor: Int32
  /// Whether it keeps anybody away; some network file systems know no locks.
  package let isEffective: Bool
  private let path: String

  private init(path: String, descriptor: Int32, isEffective: Bool) {
    self.path = path
    self.descriptor = descriptor
    self.isEffective = isEffective
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Locks a file, without waiting. Of several processes the first does, for all.
  ///
  /// - Parameters:
  ///   - path: the file; a symbolic link is refused.
  ///   - kind: shared or exclusive.
  ///   - isCreated: whether a file that is missing is made.
  /// - Returns: nil when somebody else holds a lock that excludes this one.
  /// - Throws: a ``FileError`` when the file cannot be opened.
  package static func acquire(
    _ path: String, _ kind: Kind, isCreated: Bool = false
  ) throws(FileError) -> FileLock? {
    var own: FileLock?
    let isEffective = try LeadingProcess.outcome { () throws(FileError) -> Bool? in
      own = try acquireOwn(path, kind, isCreated: isCreated)
      return own?.isEffective
    }
    return own ?? isEffective.map { FileLock(path: path, descriptor: -1, isEffective: $0) }
  }

  private static func acquireOwn(_ path: String, _ kind: Kind, isCreated: Bool) throws(FileError) -> FileLock? {
    for attempt in 1... {
      // On NFS, which turns the lock into one of the server's, an exclusive one needs a file open for writing.
      let access = kind == .exclusive ? O_RDWR : O_RDONLY
      let descriptor = open(path, access | (isCreated ? O_CREAT : 0) | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
      guard descriptor >= 0 else { throw Files.failure(path, "cannot lock the file") }
      let result = flock(descriptor, (kind == .exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB)
      let reason = errno
      if result != 0, reason == EWOULDBLOCK || reason == EINTR {
        close(descriptor)
        if reason == EINTR { continue }
        return nil
      }
      let lock = FileLock(path: path, descriptor: descriptor, isEffective: result == 0)
      // The file may have been removed or replaced between the two calls; then the lock is on nothing.
      if lock.isInPlace { return lock }
      // A file system whose files change their numbers cannot tell.
      if attempt == 100 { return FileLock(path: path, descriptor: dup(descriptor), isEffective: false) }
    }
    return nil
  }

  /// Whether the path still leads to the file that is locked.
  package var isInPlace: Bool {
    var (here, there) = (stat(), stat())
    return fstat(descriptor, &here) == 0 && lstat(path, &there) == 0 && here.st_dev == there.st_dev
      && here.st_ino == there.st_ino
  }
}
