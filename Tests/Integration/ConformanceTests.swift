import EBM
import EBMTesting
import Testing

/// Every standard component keeps what its family promises, checked quickly; `ebm conform` checks thoroughly.
@Suite struct ConformanceTests {
  static let names = (try? ComponentRegistry(plugins: .standard))?.entries().map(\.fullName) ?? []

  @Test func everyFamilyIsThere() {
    for family in ComponentFamily.allCases {
      #expect(Self.names.contains { $0.hasPrefix(family.rawValue + ".") }, "\(family.plural)")
    }
  }

  @Test(arguments: names)
  func conforms(_ name: String) throws {
    let registry = try ComponentRegistry(plugins: .standard)
    let entry = try #require(registry.entries().first { $0.fullName == name })
    let verdicts = Conformance.verdicts(of: entry, in: registry, options: Conformance.Options(quick: true))
    #expect(verdicts.count > 3)
    for verdict in verdicts { #expect(verdict.passed, "\(verdict)") }
  }
}
