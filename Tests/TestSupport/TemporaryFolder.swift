import FileFormats
import Foundation

/// Runs a piece of code with a folder of its own, which is removed afterwards.
package func withTemporaryFolder(_ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.path + "/ebm-tests-" + UUID().uuidString
  try Files.createFolder(folder)
  defer { try? Files.remove(folder) }
  try body(folder)
}
