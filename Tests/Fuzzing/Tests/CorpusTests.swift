import Foundation
import Testing

/// Inputs that ended the program once, and a few seconds of new ones.
@Suite struct CorpusTests {
  private static let corpus = Bundle.module.bundleURL.appendingPathComponent("Corpus")

  /// Subjects and the names of their files.
  private static let subjects =
    (try? FileManager.default.contentsOfDirectory(atPath: corpus.path))?
    .filter { !$0.hasPrefix(".") }.sorted() ?? []

  @Test(arguments: subjects) func nothingEndsTheProgram(_ subject: String) throws {
    let folder = Self.corpus.appendingPathComponent(subject)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    let outcome = try fuzz(["try", subject] + names.map { folder.appendingPathComponent($0).path })
    #expect(outcome.status == 0, "\(outcome.text)")
  }

  @Test func newInputsDoNotEither() throws {
    let kept = FileManager.default.temporaryDirectory.appendingPathComponent("fuzzing-\(UUID().uuidString)")
    let outcome = try fuzz(["--seconds", "8", "--seed", "1", "--corpus", kept.path])
    #expect(outcome.status == 0 && outcome.text.contains(": 0 findings"), "\(outcome.text)")
  }

  /// Runs the driver, which lies beside the program that runs the tests.
  private func fuzz(_ words: [String]) throws -> (status: Int32, text: String) {
    let process = Process()
    process.executableURL = Bundle.main.bundleURL.appendingPathComponent("fuzz")
    process.arguments = words
    let output = Pipe()
    (process.standardOutput, process.standardError) = (output, output)
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }
}
