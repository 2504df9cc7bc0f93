import EBMCore
import EBMTesting
import Testing

/// The verdicts of one examination, for tests.
struct Verdicts {
  let all: [Verdict]

  init(_ component: some Component) {
    all = Conformance.verdicts(of: component, options: .init(quick: true))
  }

  init(_ verdicts: [Verdict]) { all = verdicts }

  /// Expects every check to pass.
  func expectPasses(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(!all.isEmpty, sourceLocation: sourceLocation)
    for verdict in all { #expect(verdict.passed, "\(verdict)", sourceLocation: sourceLocation) }
  }

  /// Expects the checks whose names begin so to be there and one of them to fail.
  func expectCaught(by check: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let found = all.filter { $0.check.hasPrefix(check) }
    #expect(!found.isEmpty, "no check is called \(check): \(all.map(\.check))", sourceLocation: sourceLocation)
    #expect(
      found.contains { !$0.passed }, "\(found.map(\.description).joined(separator: "\n"))",
      sourceLocation: sourceLocation)
  }
}
