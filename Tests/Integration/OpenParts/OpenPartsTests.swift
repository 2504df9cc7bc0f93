import EBMTesting
import Foundation
import Testing

/// What a stranger makes from the framework's parts, by their public names alone.
@Suite struct OpenPartsTests {
  private func lines(_ file: String) throws -> Int {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
    #expect(!text.contains("@testable") && !text.contains("package"))
    return text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
  }

  @Test func aSamplerOfAKnownFamilyTakesFortyLines() throws {
    #expect(try lines("Barker.swift") < 40)
    for verdict in Conformance.verdicts(of: Barker.self, options: .init(quick: true)) {
      #expect(verdict.passed, "\(verdict)")
    }
  }

  @Test func aRecoveryObjectiveTakesSixtyLines() throws {
    #expect(try lines("RecoveryFromData.swift") < 60)
    for verdict in Conformance.verdicts(of: RecoveryFromData.self, options: .init(quick: true)) {
      #expect(verdict.passed, "\(verdict)")
    }
  }
}
