import EBMCore
import EBMTesting
import Foundation
import Testing

/// Components that are right with their defaults and wrong behind a setting: the setting is named, and the fault.
@Suite struct SettingBranchesTests {
  private let quick = Conformance.Options(quick: true)

  /// The verdicts that fail, by the check's name.
  private func failures(_ type: any Component.Type) -> [String: Verdict] {
    let failures = Conformance.verdicts(of: type, options: quick).filter { !$0.passed }
    return Dictionary(failures.map { ($0.check, $0) }) { first, _ in first }
  }

  @Test func wrongLawsBehindSettingsOfASamplerAreCaught() throws {
    let found = failures(BranchingWalker.self)
    #expect(
      Set(found.keys) == ["setting isLenient", "setting proposal", "setting inverseMass", "setting coupling"],
      "\(found.values)")
    #expect(found["setting isLenient"]?.figures.contains("with isLenient = true, ") == true)
    #expect(found["setting isLenient"]?.hint?.contains("the law is too wide") == true)
    #expect(found["setting proposal"]?.hint?.contains("the law is shifted") == true)
    #expect(found["setting coupling"]?.hint?.contains("rows mix") == true)
  }

  @Test func aWrongGradientBehindAnOptionIsCaught() throws {
    let verdict = try #require(failures(BranchingNetwork.self)["setting penalty"])
    #expect(verdict.figures.contains("penalty = \"halved\"") && verdict.figures.contains("penalty = \"reversed\""))
    #expect(verdict.hint?.contains("the gradient is 0.5 times the energy's slope") == true, "\(verdict)")
    #expect(verdict.hint?.contains("the gradient has the wrong sign") == true, "\(verdict)")
  }

  @Test func aWrongNormalizerBehindATemperatureIsCaught() throws {
    let found = failures(BranchingGaussian.self)
    #expect(Array(found.keys) == ["setting temperature"], "\(found.values)")
    #expect(found["setting temperature"]?.hint?.contains("ln Z is 0.34") == true, "\(found.values)")
  }

  @Test func everyFaultBehindTheWalkersOptionIsCaught() throws {
    let verdict = try #require(failures(Walker.self)["setting fault"])
    for fault in Walker.Fault.allCases where ![.none, .unadjusted, .claimsExactness].contains(fault) {
      #expect(verdict.figures.contains("fault = \"\(fault.rawValue)\""), "\(verdict)")
    }
    #expect(!verdict.figures.contains("\"unadjusted\""), "\(verdict)")
  }

  /// A component with the settings that it has is checked with these alone.
  @Test func onlyTheSettingsGivenAreChecked() {
    let checks = Conformance.verdicts(of: BranchingWalker(), options: quick)
    #expect(checks.allSatisfy { $0.passed && !$0.check.hasPrefix("setting ") }, "\(checks)")
  }

  @Test func theSamplerOfTheReadmePasses() throws {
    Verdicts(Conformance.verdicts(of: GradientDescent.self, options: quick)).expectPasses()
    let file = URL(fileURLWithPath: #filePath)
    let source = try String(
      contentsOf: file.appendingPathComponent("../Support/GradientDescent.swift").standardizedFileURL, encoding: .utf8)
    let readme = try String(
      contentsOf: file.appendingPathComponent("../../../README.md").standardizedFileURL, encoding: .utf8)
    let start = try #require(source.range(of: "struct GradientDescent"))
    #expect(readme.contains(source[start.lowerBound...]))
  }
}
