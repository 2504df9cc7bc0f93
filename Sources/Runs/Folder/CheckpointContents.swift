internal import EBMCore
internal import FileFormats
import Glibc

/// The files of a checkpoint with their sizes and checksums: `contents.json`.
///
/// The checksum is CRC-32: it finds every error of up to 32 bits in a row, and misses one of 4·10⁹ others. It is against
/// accidents, not against forgery.
struct CheckpointContents {
  static let file = "contents.json"
  /// Of a CRC-32 in base 16.
  private static let checksumDigits = 8

  private let files: [(name: String, size: Int, crc32: String)]

  /// Reads the list.
  init(of checkpoint: Checkpoint) throws {
    let value = try JSONValue(parsing: try Files.readText(checkpoint.file(Self.file)), source: Self.file)
    files = try (value["files"]?.objectValue?.members ?? []).map { name, entry in
      guard !name.contains("/"), name != "..", name.utf8.count <= Int(NAME_MAX),
        let size = entry["size"]?.integerValue,
        let checksum = entry["crc32"]?.stringValue, checksum.utf8.count == Self.checksumDigits
      else {
        throw ConfigurationError(
          path: Self.file, found: "\(JSONValue.string(name).excerpt): \(entry.excerpt)",
          expected: "files of the folder with size and crc32")
      }
      return (name, size, checksum)
    }
  }

  /// Lists what is in a folder, all of it on the disk.
  static func write(into folder: String) throws(FileError) {
    var files = JSONObject()
    for name in try Files.list(folder) {
      try Files.sync("\(folder)/\(name)")
      let (size, checksum) = try Files.checksum(of: "\(folder)/\(name)")
      files[name] = ["size": .integer(size), "crc32": .string(text(checksum))]
    }
    let list = JSONValue.object(["files": .object(files)]).prettyText + "\n"
    try Files.replace("\(folder)/\(file)", with: list.utf8)
  }

  /// Whether every file is there with its size.
  func hasSizes(_ checkpoint: Checkpoint) -> Bool {
    files.allSatisfy { Files.size(of: checkpoint.file($0.name)) == $0.size }
  }

  /// What is wrong with a checkpoint, its file first: `weights.safetensors has 12 bytes, expected 48`; nil when every
  /// file is what was written.
  static func damage(of checkpoint: Checkpoint) -> String? {
    do {
      for file in try CheckpointContents(of: checkpoint).files {
        guard Files.isFile(checkpoint.file(file.name)) else { return "\(file.name) is missing" }
        let (size, checksum) = try Files.checksum(of: checkpoint.file(file.name))
        if size != file.size { return "\(file.name) has \(size) bytes, expected \(file.size)" }
        if text(checksum) != file.crc32 {
          return "\(file.name) has the checksum \(text(checksum)), expected \(file.crc32)"
        }
      }
      return nil
    } catch let error as FileError {
      return "\(error.path.dropFirst(checkpoint.path.count + 1)): \(error.reason)"
    } catch { return "\(error)" }
  }

  /// Removes a checkpoint, unless somebody reads it. Files that are not the checkpoint's stay.
  static func remove(_ checkpoint: Checkpoint) throws(FileError) {
    guard let lock = try FileLock.acquire(checkpoint.file(file), .exclusive) else { return }
    // Of a damaged list nothing is known, so only the list goes.
    let listed = (try? CheckpointContents(of: checkpoint))?.files.map(\.name) ?? []
    if Set(try Files.list(checkpoint.path)).isSubset(of: listed + [file]) {
      // Under a name that tells what to do with it after a crash.
      let leaving = "\(Files.parent(of: checkpoint.path))/removing-\(checkpoint.name)"
      try Files.remove(leaving)
      try Files.move(checkpoint.path, to: leaving)
      try Files.remove(leaving)
    } else {
      for name in [file] + listed { try Files.remove(checkpoint.file(name)) }
    }
    withExtendedLifetime(lock) {}
  }

  private static func text(_ checksum: UInt32) -> String {
    let digits = String(checksum, radix: 16)
    return String(repeating: "0", count: checksumDigits - digits.count) + digits
  }
}
