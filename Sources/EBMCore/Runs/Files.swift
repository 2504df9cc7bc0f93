import Glibc

/// Reading, and writing that a crash cannot leave half done. Thin, over POSIX, because its errors name the reason.
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
  package static func isFile(_ path: String) -> Bool { mode(of: path).map { $0 & S_IFMT == S_IFREG } ?? false }

  /// Whether there is a folder.
  package static func isFolder(_ path: String) -> Bool { mode(of: path).map { $0 & S_IFMT == S_IFDIR } ?? false }

  /// Whether there is anything, a link to nothing included.
  package static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// The size of a file in bytes, or nil where there is none.
  package static func size(of path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  /// The names in a folder, sorted.
  package static func list(_ path: String) throws(FileError) -> [String] {
    guard let directory = opendir(path) else { throw failure(path, "cannot list the folder") }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Creates a folder and those it lies in.
  package static func createFolder(_ path: String) throws(FileError) {
    if isFolder(path) { return }
    if exists(path) { throw FileError(path: path, action: "cannot create the folder", reason: "\(path) is a file") }
    var parent = path
    while parent.hasSuffix("/") { parent.removeLast() }
    if let slash = parent.lastIndex(of: "/"), slash != parent.startIndex {
      do throws(FileError) { try createFolder(String(parent[..<slash])) } catch {
        throw FileError(path: path, action: error.action, reason: error.reason)
      }
    }
    if mkdir(path, 0o777) != 0, !isFolder(path) { throw failure(path, "cannot create the folder") }
  }

  /// The bytes of a file.
  package static func readBytes(_ path: String) throws(FileError) -> [UInt8] {
    let action = "cannot read the file"
    if isFolder(path) { throw FileError(path: path, action: action, reason: "it is a folder") }
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw failure(path, action) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(path, action)
      }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }

  /// The text of a UTF-8 file.
  package static func readText(_ path: String) throws(FileError) -> String {
    guard let text = String(validating: try readBytes(path), as: UTF8.self) else {
      throw FileError(path: path, action: "cannot read the file", reason: "it is not UTF-8 text")
    }
    return text
  }

  /// Writes a file so that readers see the old one or the new one, whole, whatever happens: to a temporary name
  /// beside it, synced, then renamed.
  package static func replace(_ path: String, with bytes: some Sequence<UInt8>) throws(FileError) {
    let temporary = "\(path).writing-\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    guard descriptor >= 0 else { throw failure(path, "cannot write the file") }
    var problem: FileError?
    do throws(FileError) {
      try append(Array(bytes), to: descriptor, path: path)
      if fsync(descriptor) != 0 { throw failure(path, "cannot write the file") }
    } catch { problem = error }
    close(descriptor)
    if problem == nil, rename(temporary, path) != 0 { problem = failure(path, "cannot write the file") }
    if let problem {
      unlink(temporary)
      throw problem
    }
    try sync(parent(of: path))
  }

  /// Writes all bytes to an open file.
  package static func append(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(FileError) {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(path, "cannot write the file")
      }
      written += count
    }
  }

  /// Waits until a file or folder is on the disk.
  package static func sync(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw failure(path, "cannot sync") }
    defer { close(descriptor) }
    // Some file systems cannot sync folders; there is nothing to wait for then.
    if fsync(descriptor) != 0, errno != EINVAL { throw failure(path, "cannot sync") }
  }

  /// Renames a file or folder; a file that has the new name is replaced.
  package static func move(_ old: String, to new: String) throws(FileError) {
    if rename(old, new) != 0 { throw failure(new, "cannot rename \(old) to this") }
  }

  /// Removes a file, or a folder with all it holds. Links are removed, not followed. Nothing there is no error.
  package static func remove(_ path: String) throws(FileError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      for name in try list(path) { try remove(path + "/" + name) }
      if rmdir(path) != 0 { throw failure(path, "cannot remove the folder") }
    } else if unlink(path) != 0 {
      throw failure(path, "cannot remove the file")
    }
  }

  /// The folder a path lies in.
  package static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// An error with the reason of the system call that has just failed.
  package static func failure(_ path: String, _ action: String) -> FileError {
    FileError(path: path, action: action, reason: String(cString: strerror(errno)))
  }

  private static func mode(of path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode : nil
  }
}
