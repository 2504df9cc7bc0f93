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

/// Reads whole files, with the operating system's refusals turned into `FileFormatError`.
enum FileContents {
  /// All bytes of a regular file.
  ///
  /// - Parameter url: a file URL.
  /// - Returns: the bytes, as many as the file had when it was opened.
  /// - Throws: `FileFormatError` if the file cannot be opened or read, or is not a regular file.
  static func bytes(of url: URL) throws(FileFormatError) -> [UInt8] {
    let path = try localPath(of: url)
    let expected = "a file that can be read"
    // Without O_NONBLOCK, opening a pipe would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw systemError(path, "opening the file", expected) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw systemError(path, "opening the file", expected) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileFormatError(
        path: path, location: "opening the file", found: kind(of: status), expected: "a regular file")
    }
    let size = Int(status.st_size)
    var failure: FileFormatError?
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      while filled < size, let base = buffer.baseAddress {
        let count = read(descriptor, base + filled, size - filled)
        if count < 0, errno == EINTR { continue }
        if count < 0 { failure = systemError(path, "reading the file", "\(size) bytes") }
        if count <= 0 { break }
        filled += count
      }
    }
    if let failure { throw failure }
    guard bytes.count == size else {
      throw FileFormatError(
        path: path, location: "reading the file", found: "\(bytes.count) bytes and then the end",
        expected: "\(size) bytes, its size when it was opened")
    }
    return bytes
  }

  /// The path of a file URL in a form the operating system takes.
  ///
  /// - Throws: `FileFormatError` for a URL that is not a file's, or has a zero byte in its path.
  static func localPath(of url: URL) throws(FileFormatError) -> String {
    guard url.isFileURL else {
      throw FileFormatError(
        path: url.absoluteString, location: "the URL", found: "scheme \(url.scheme ?? "none")", expected: "a file URL")
    }
    let path = url.path
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw FileFormatError(
        path: url.absoluteString, location: "the URL", found: "an empty path or a zero byte in it",
        expected: "a path of a file")
    }
    return path
  }

  /// The error for the system call that has just failed; reads `errno`, so nothing may run in between.
  static func systemError(_ path: String, _ step: String, _ expected: String) -> FileFormatError {
    let code = errno
    return FileFormatError(path: path, location: step, found: String(cString: strerror(code)), expected: expected)
  }

  /// What a thing in the file system is, in words.
  static func kind(of status: stat) -> String {
    switch status.st_mode & S_IFMT {
    case S_IFDIR: "a directory"
    case S_IFREG: "a regular file"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
  }
}
