import EBMCore
import Glibc
import ProjectTemplates

/// The folder of a new package, which appears as a whole or not at all.
struct NewPackage {
  /// The folder, from the root.
  let folder: String
  let files: [ProjectTemplate.File]

  /// - Parameter path: where; resolved against the working directory.
  init(at path: String, files: [ProjectTemplate.File]) {
    var folder = Files.absolute(path)
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    self.folder = folder
    self.files = files
  }

  /// - Throws: a `FileError` when there is something in the folder already.
  func checkPlace() throws(FileError) {
    let action = "cannot write the package"
    guard Files.exists(folder) else { return }
    guard Files.isFolder(folder), !Files.isLink(folder) else {
      throw FileError(path: folder, action: action, reason: "there is something of this name that is no folder")
    }
    if try !Files.list(folder).isEmpty {
      throw FileError(path: folder, action: action, reason: "the folder is not empty")
    }
  }

  /// Writes all files beside the folder and gives them its name when they are complete.
  ///
  /// - Throws: a `FileError`; nothing is left behind then.
  func write() throws(FileError) {
    try checkPlace()
    let parent = Files.parent(of: folder)
    let made = NewPackage.missingFolders(above: folder)
    let draft = "\(parent)/.new-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    do throws(FileError) {
      for file in files {
        let path = "\(draft)/\(file.path)"
        try Files.createFolder(Files.parent(of: path))
        try Files.replace(path, with: file.text.utf8)
      }
      // An empty folder of the name makes way; one that was filled meanwhile does not.
      if rename(draft, folder) != 0 {
        throw FileError(path: folder, action: "cannot write the package", reason: String(cString: strerror(errno)))
      }
    } catch {
      NewPackage.remove(draft)
      for folder in made { Files.removeIfEmpty(folder) }
      throw error
    }
  }

  /// The folders above a path that are not there yet, the innermost first.
  private static func missingFolders(above path: String) -> [String] {
    var missing: [String] = []
    var parent = Files.parent(of: path)
    while !Files.exists(parent), parent != Files.parent(of: parent) {
      missing.append(parent)
      parent = Files.parent(of: parent)
    }
    return missing
  }

  /// Removes a draft. What cannot be removed stays: the error that led here is the one that counts.
  private static func remove(_ path: String) {
    if Files.isFolder(path), !Files.isLink(path) {
      for name in (try? Files.list(path)) ?? [] { remove("\(path)/\(name)") }
      Files.removeIfEmpty(path)
    } else {
      unlink(path)
    }
  }
}
