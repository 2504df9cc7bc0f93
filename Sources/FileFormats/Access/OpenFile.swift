#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A regular file that is open for reading at any place, by any thread. Of several processes the first has it open and
/// reads for all (``LeadingProcess``).
///
/// A class, because it owns the descriptor: the file is closed when the last reference goes.
final class OpenFile: Sendable {
  let path: String
  /// Bytes when it was opened.
  let size: Int
  private let changed: timespec
  /// −1 in other processes than the one that reads.
  private let descriptor: Int32

  /// - Throws: `FileFormatError` if the file cannot be opened or is not a regular file.
  init(_ url: URL) throws(FileFormatError) {
    let path = try FileContents.localPath(of: url)
    var (opened, changed): (Int32, timespec) = (-1, timespec())
    size = try LeadingProcess.outcome("open") { () throws(FileFormatError) -> Int in
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else { throw FileContents.systemError(path, "opening the file", "a file that can be read") }
      var status = stat()
      let isKnown = fstat(descriptor, &status) == 0
      guard isKnown, status.st_mode & S_IFMT == S_IFREG else {
        close(descriptor)
        throw FileFormatError(
          path: path, location: "opening the file", found: FileContents.kind(of: status), expected: "a regular file")
      }
      (opened, changed) = (descriptor, status.st_mtim)
      return Int(status.st_size)
    }
    (self.path, self.changed, descriptor) = (path, changed, opened)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// `count` bytes from `offset` on.
  ///
  /// - Throws: `FileFormatError` with the system's reason, when the file ends before, or for more than memory holds.
  func bytes(at offset: Int, count: Int) throws(FileFormatError) -> [UInt8] {
    try LeadingProcess.bytes { () throws(FileFormatError) -> [UInt8] in try ownBytes(at: offset, count: count) }
  }

  private func ownBytes(at offset: Int, count: Int) throws(FileFormatError) -> [UInt8] {
    try FileContents.requireMemory(min(count, size - offset), for: path, "reading the file")
    var failure: FileFormatError?
    let bytes = [UInt8](unsafeUninitializedCapacity: max(0, min(count, size - offset))) { buffer, filled in
      while filled < buffer.count, let base = buffer.baseAddress {
        let got = pread(descriptor, base + filled, buffer.count - filled, off_t(offset + filled))
        if got < 0, errno == EINTR { continue }
        if got < 0 { failure = FileContents.systemError(path, "reading the file", "\(count) bytes at byte \(offset)") }
        if got <= 0 { break }
        filled += got
      }
    }
    if let failure { throw failure }
    guard bytes.count == count else {
      throw FileFormatError(
        path: path, location: "byte \(offset)", found: "\(bytes.count) bytes and then the end",
        expected: "\(count) bytes (was the file shortened while it was in use?)")
    }
    return bytes
  }

  /// Finds out whether the file has been written to since it was opened.
  ///
  /// - Throws: `FileFormatError` if so.
  func requireUnchanged() throws(FileFormatError) {
    try LeadingProcess.perform { () throws(FileFormatError) in try requireOwnUnchanged() }
  }

  private func requireOwnUnchanged() throws(FileFormatError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw FileContents.systemError(path, "looking at the file", "a file that can be read")
    }
    guard status.st_size == size else {
      throw FileFormatError(
        path: path, location: "size", found: "\(status.st_size) bytes",
        expected: "\(size) bytes, as when it was opened (the file has changed while it was in use)")
    }
    guard status.st_mtim.tv_sec == changed.tv_sec, status.st_mtim.tv_nsec == changed.tv_nsec else {
      throw FileFormatError(
        path: path, location: "time of the last change", found: "another one than when it was opened",
        expected: "a file that stays as it is while it is in use")
    }
  }
}
