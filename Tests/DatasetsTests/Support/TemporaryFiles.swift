import Foundation

/// A folder of a test's own, removed when the test lets go of it.
final class TemporaryFiles: Sendable {
  private let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("datasets-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
  }

  deinit {
    // A folder that stays behind in the temporary folder does no harm, and a test cannot act on it here.
    try? FileManager.default.removeItem(at: url)
  }

  func url(_ name: String) -> URL { url.appendingPathComponent(name) }

  func path(_ name: String) -> String { url(name).path }

  func write(_ bytes: [UInt8], as name: String) throws -> String {
    try Data(bytes).write(to: url(name))
    return path(name)
  }
}
