import Foundation

/// A directory of a test's own, removed when the test lets go of it.
final class ScratchDirectory: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("tensor-files-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
  }

  deinit {
    // A directory that stays behind in the temporary folder does no harm, and a test cannot act on it here.
    try? FileManager.default.removeItem(at: url)
  }

  func file(_ name: String) -> URL { url.appendingPathComponent(name) }

  /// Writes bytes without the code under test.
  func write(_ bytes: [UInt8], as name: String) throws -> URL {
    try Data(bytes).write(to: file(name))
    return file(name)
  }

  func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
}

/// The bytes of a file, read without the code under test.
func fileBytes(_ url: URL) throws -> [UInt8] { [UInt8](try Data(contentsOf: url)) }
