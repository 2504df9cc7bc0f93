import FoundationEssentials
import Glibc
import Tensors

/// Reading, and writing that a crash cannot leave half done. Thin, over POSIX, because its errors name the reason.
/// Of several processes the first does it for all (``LeadingProcess``).
package enum Files {
  /// The path from the root, resolved against the working directory; nothing else in it is changed.
  ///
  /// - Parameter path: any path.
  package static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let buffer = getcwd(nil, 0) else { return path }
    defer { free(buffer) }
    return String(cString: buffer) + "/" + path
  }

  /// Whether there is a file, not a folder.
  package static func isFile(_ path: String) -> Bool {
    LeadingProcess.outcome { () -> Bool in mode(of: path).map { $0 & S_IFMT == S_IFREG } ?? false }
  }

  /// Whether there is a folder.
  package static func isFolder(_ path: String) -> Bool {
    LeadingProcess.outcome { () -> Bool in mode(of: path).map { $0 & S_IFMT == S_IFDIR } ?? false }
  }

  /// Whether there is anything, a link to nothing included.
  package static func exists(_ path: String) -> Bool {
    LeadingProcess.outcome { () -> Bool in
      var status = stat()
      return lstat(path, &status) == 0
    }
  }

  /// Whether there is a symbolic link.
  package static func isLink(_ path: String) -> Bool {
    LeadingProcess.outcome { () -> Bool in
      var status = stat()
      return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }
  }

  /// The size of a file in bytes, or nil where there is none.
  package static func size(of path: String) -> Int? {
    LeadingProcess.outcome { () -> Int? in
      var status = stat()
      return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }
  }

  /// The names in a folder, sorted.
  package static func list(_ path: String) throws(FileError) -> [String] {
    try LeadingProcess.outcome { () throws(FileError) -> [String] in
      guard let directory = opendir(path) else { throw failure(path, "cannot list the folder") }
      defer { closedir(directory) }
      var names: [String] = []
      while true {
        errno = 0
        guard let entry = readdir(directory) else { break }
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
      }
      if errno != 0 { throw failure(path, "cannot list the folder") }
      return names.sorted()
    }
  }

  /// Creates a folder and those it lies in.
  package static func createFolder(_ path: String) throws(FileError) {
    try LeadingProcess.perform { () throws(FileError) in
      if isFolder(path) { return }
      if exists(path) { throw FileError(path: path, action: "cannot create the folder", reason: "\(path) is a file") }
      var parent = path
      while parent.hasSuffix("/") { parent.removeLast() }
      if let slash = parent.lastIndex(of: "/"), slash != parent.startIndex {
        do throws(FileError) { try createFolder(String(parent[..<slash])) } catch {
          throw FileError(path: path, action: error.action, reason: error.reason)
        }
      }
      if mkdir(path, 0o777) == 0 { return }
      let reason = errno
      if !isFolder(path) { throw failure(path, "cannot create the folder", reason) }
    }
  }

  /// The most that a recipe or a small file of a run may have.
  package static let textLimit = 64 << 20

  /// The bytes of a file, or of a pipe that another process writes.
  ///
  /// - Parameters:
  ///   - path: the file; a device, whose bytes may have no end, is refused.
  ///   - limit: the most bytes that are read.
  package static func readBytes(_ path: String, atMost limit: Int = textLimit) throws(FileError) -> [UInt8] {
    try LeadingProcess.bytes { () throws(FileError) -> [UInt8] in
      let action = "cannot read the file"
      // Without O_NONBLOCK, opening a pipe would wait for a writer.
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else { throw failure(path, action) }
      defer { close(descriptor) }
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { throw failure(path, action) }
      let kind = status.st_mode & S_IFMT
      if kind == S_IFDIR { throw FileError(path: path, action: action, reason: "it is a folder") }
      guard kind == S_IFREG || kind == S_IFIFO else {
        throw FileError(path: path, action: action, reason: "it is a device, not a file")
      }
      let tooLong = FileError(
        path: path, action: action,
        reason: "it has more than \(MachineMemory.text(limit)), the most such a file may have"
      )
      if status.st_size > limit { throw tooLong }
      var bytes: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        if count > 0 {
          if bytes.count + count > limit { throw tooLong }
          bytes += chunk[..<count]
        } else if count == 0 {
          if bytes.isEmpty, kind == S_IFIFO {
            throw FileError(path: path, action: action, reason: "it is a pipe that nothing is written to")
          }
          return bytes
        } else if errno == EAGAIN {
          // A pipe whose writer has more to come.
          var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
          poll(&request, 1, -1)
        } else if errno != EINTR {
          throw failure(path, action)
        }
      }
    }
  }

  /// The text of a UTF-8 file.
  package static func readText(_ path: String, atMost limit: Int = textLimit) throws(FileError) -> String {
    guard let text = String(validating: try readBytes(path, atMost: limit), as: UTF8.self) else {
      throw FileError(path: path, action: "cannot read the file", reason: "it is not UTF-8 text")
    }
    return text
  }

  /// Writes a file so that readers see the old one or the new one, whole, whatever happens.
  package static func replace(_ path: String, with bytes: some Sequence<UInt8>) throws(FileError) {
    let action = "cannot write the file"
    if isFolder(path) { throw FileError(path: path, action: action, reason: "it is a folder") }
    do throws(FileFormatError) {
      try AtomicFile.replace(URL(fileURLWithPath: path), with: Array(bytes))
    } catch { throw FileError(path: path, action: action, reason: error.found) }
  }

  /// Writes all bytes to an open file.
  package static func append(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(FileError) {
    var written = 0
    try append(bytes, to: descriptor, path: path, written: &written)
  }

  /// Writes bytes to an open file.
  ///
  /// - Parameter written: how many of them are written already; how many are, when it throws.
  package static func append(
    _ bytes: [UInt8], to descriptor: Int32, path: String, written: inout Int
  ) throws(FileError) {
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        written += count
      } else if errno == EAGAIN {
        // A pipe or terminal that another program made non-blocking, and that is full.
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&request, 1, -1)
      } else if errno != EINTR {
        throw failure(path, "cannot write the file")
      }
    }
  }

  /// The size and the CRC-32 of a file.
  package static func checksum(of path: String) throws(FileError) -> (size: Int, crc32: UInt32) {
    let found = try LeadingProcess.outcome { () throws(FileError) -> [Int] in
      let (size, checksum) = try ownChecksum(of: path)
      return [size, Int(checksum)]
    }
    return (found[0], UInt32(found[1]))
  }

  private static func ownChecksum(of path: String) throws(FileError) -> (size: Int, crc32: UInt32) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(path, "cannot read the file") }
    defer { close(descriptor) }
    var (size, checksum) = (0, CRC32())
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw failure(path, "cannot read the file") }
      if count == 0 { return (size, checksum.value) }
      chunk.withUnsafeBytes { checksum.add(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      size += count
    }
  }

  /// Waits until a file or folder is on the disk.
  package static func sync(_ path: String) throws(FileError) {
    try LeadingProcess.perform { () throws(FileError) in
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw failure(path, "cannot sync") }
      defer { close(descriptor) }
      // Some file systems cannot sync folders; there is nothing to wait for then.
      if fsync(descriptor) != 0, errno != EINVAL { throw failure(path, "cannot sync") }
    }
  }

  /// Renames a file or folder; a file that has the new name is replaced.
  package static func move(_ old: String, to new: String) throws(FileError) {
    try LeadingProcess.perform { () throws(FileError) in
      if rename(old, new) == 0 { return }
      let reason = errno
      throw failure(new, "cannot rename \(old) to this", reason)
    }
  }

  /// Removes a file, or a folder with all it holds. Links are removed, not followed. Nothing there is no error.
  package static func remove(_ path: String) throws(FileError) {
    try LeadingProcess.perform { () throws(FileError) in
      var status = stat()
      guard lstat(path, &status) == 0 else { return }
      if status.st_mode & S_IFMT == S_IFDIR {
        for name in try list(path) { try remove(path + "/" + name) }
        if rmdir(path) != 0 { throw failure(path, "cannot remove the folder") }
      } else if unlink(path) != 0 {
        throw failure(path, "cannot remove the file")
      }
    }
  }

  /// Removes a folder when there is nothing in it. A link to one stays.
  package static func removeIfEmpty(_ path: String) { LeadingProcess.perform { _ = rmdir(path) } }

  /// The folder a path lies in.
  package static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// An error with the reason of the system call that has just failed.
  ///
  /// - Parameter code: its `errno`, for callers that have made other system calls since.
  package static func failure(_ path: String, _ action: String, _ code: Int32? = nil) -> FileError {
    let reason = code ?? errno
    return FileError(path: path, action: action, reason: String(cString: strerror(reason)))
  }

  private static func mode(of path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode : nil
  }
}
