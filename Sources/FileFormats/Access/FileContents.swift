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
internal import Tensors

/// Reads whole files within memory, with the operating system's refusals turned into `FileFormatError`.
enum FileContents {
  /// All bytes of a regular file.
  ///
  /// - Parameter url: a file URL.
  /// - Returns: the bytes, as many as the file had when it was opened.
  /// - Throws: `FileFormatError` if the file cannot be opened or read, is not a regular file, or is larger than memory.
  static func bytes(of url: URL) throws(FileFormatError) -> [UInt8] {
    let file = try OpenFile(url)
    return try file.bytes(at: 0, count: file.size)
  }

  /// Does nothing where there is so much memory.
  ///
  /// - Parameters:
  ///   - bytes: how much is about to be taken.
  ///   - path: the file that takes it.
  ///   - location: what of it.
  /// - Throws: `FileFormatError` that says how much there is.
  static func requireMemory(_ bytes: Int, for path: String, _ location: String) throws(FileFormatError) {
    // Looking takes a tenth of a millisecond, and any machine has a little.
    guard bytes > 1 << 26 else { return }
    let available = MachineMemory.bytes
    if bytes <= available { return }
    throw FileFormatError(
      path: path, location: location, found: "\(MachineMemory.text(bytes))",
      expected: "at most the \(MachineMemory.text(available)) of memory there are")
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
