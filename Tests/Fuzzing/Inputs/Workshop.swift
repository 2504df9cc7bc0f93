import EBM
import EBMCommand
import Foundation
import Synchronization

/// The folder that a process writes inputs to, and what it tries them with.
package final class Workshop: Sendable {
  let path: String
  let registry: ComponentRegistry
  /// Texts of all built-in recipes.
  let recipes: [String]
  /// Files of a small run that is complete, by their names in its folder; those of its last checkpoint as
  /// `checkpoint/…`.
  let template: [String: [UInt8]]

  private static let recipe = """
    {"name": "fuzzed", "seed": 5, "dataset": {"type": "npy-file", "path": "rows.npy"},
     "energy": {"type": "mlp", "widths": [4]}, "objective": {"type": "denoising-score-matching"},
     "sampler": {"type": "langevin", "steps": 2}, "optimizer": {"type": "adam"}, "metrics": [{"type": "frechet-distance"}],
     "training": {"iterations": 4, "batch": 8, "checkpointEvery": 2, "logEvery": 1, "threads": 1}}
    """

  /// Makes the folder, in memory where the system has such a place, makes it the working directory and trains a run
  /// there.
  package init() async throws {
    path = Self.path(of: ProcessInfo.processInfo.processIdentifier)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    guard FileManager.default.changeCurrentDirectoryPath(path) else { throw Violation("\(path) cannot be entered") }
    registry = try ComponentRegistry(plugins: .standard)
    recipes = registry.recipes.map { Recipe(sections: $0.sections).text }

    let rows = Tensor((0..<192).map { Float(($0 * 7) % 13) / 6 - 1 }, shape: [64, 3])
    try Npy.write(rows, to: URL(fileURLWithPath: "rows.npy"))
    try Self.recipe.write(toFile: "template.json", atomically: false, encoding: .utf8)
    let (status, messages) = await Self.run(["train", "template.json", "--output", "run"])
    guard status == .done else { throw Violation("the run that inputs are tried in does not train: \(messages)") }
    var template: [String: [UInt8]] = [:]
    for (folder, prefix) in [("run", ""), (Self.checkpoint, "checkpoint/")] {
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(name)") else { continue }
        template[prefix + name] = Array(bytes)
      }
    }
    self.template = template
  }

  private static let checkpoint = "run/checkpoints/000004"

  private static func path(of process: Int32) -> String {
    let root = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
    return "\(root)/fuzzing-\(process)"
  }

  /// Removes the folder of a process that has ended, if it has left one.
  package static func remove(of process: Int32) { try? FileManager.default.removeItem(atPath: path(of: process)) }

  /// Writes a file of the folder, replacing it.
  func write(_ bytes: [UInt8], as name: String) throws -> URL {
    let url = URL(fileURLWithPath: "\(path)/\(name)")
    guard let file = fopen(url.path, "w") else { throw Violation("the workshop cannot be written") }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw Violation("the workshop is full") }
    return url
  }

  /// Lays out the run anew, one file of it replaced.
  ///
  /// - Parameters:
  ///   - file: its name in ``template``.
  ///   - bytes: what it holds.
  ///   - isListed: whether the checkpoint's list of contents is made to agree.
  func layRun(replacing file: String, with bytes: [UInt8], isListed: Bool) throws {
    try? FileManager.default.removeItem(atPath: "\(path)/run")
    try FileManager.default.createDirectory(
      atPath: "\(path)/\(Self.checkpoint)", withIntermediateDirectories: true)
    var files = template
    files[file] = bytes
    let list = "checkpoint/contents.json"
    if isListed, file != list, file.hasPrefix("checkpoint/"), let text = files[list] {
      var contents = try JSONValue(parsing: String(decoding: text, as: UTF8.self)).objectValue ?? JSONObject()
      var entries = contents["files"]?.objectValue ?? JSONObject()
      let digits = String(Checksum.crc32(bytes), radix: 16)
      let checksum = String(repeating: "0", count: 8 - digits.count) + digits
      entries[String(file.dropFirst(11))] = ["size": .integer(bytes.count), "crc32": .string(checksum)]
      contents["files"] = .object(entries)
      files[list] = Array(JSONValue.object(contents).prettyText.utf8)
    }
    for (name, bytes) in files {
      _ = try write(
        bytes, as: name.hasPrefix("checkpoint/") ? "\(Self.checkpoint)/\(name.dropFirst(11))" : "run/\(name)")
    }
  }

  /// Runs a command line and judges what it says.
  func run(_ words: [String]) async throws -> ExitStatus {
    let (status, messages) = await Self.run(words)
    for line in messages.split(separator: "\n", omittingEmptySubsequences: false) where !line.isEmpty {
      if let problem = Oracle.problem(with: String(line), words: words.reduce(0) { $0 + $1.utf8.count }) {
        throw problem
      }
    }
    if status != .done, messages.isEmpty { throw Violation("status \(status) and no message") }
    return status
  }

  private static func run(_ words: [String]) async -> (ExitStatus, messages: String) {
    let messages = Mutex("")
    let output = CommandOutput { _ in
    } message: { text in
      messages.withLock { $0 += text }
    }
    let status = await CommandLineTool(plugins: .standard, output: output).run(arguments: words)
    return (status, messages.withLock { $0 })
  }
}
