import EBM
import EBMCommand
import EBMTesting
import Foundation
import Testing

/// Every standard component keeps what its family promises, checked quickly; `ebm conform` checks thoroughly. And
/// `Docs/Components.md` says so.
@Suite struct ConformanceTests {
  static let names = (try? ComponentRegistry(plugins: .standard))?.entries().map(\.fullName) ?? []

  private let registry: ComponentRegistry
  private let page: String
  /// How the page is made anew.
  private let refresh: Comment = "run: .build/release/\(ComponentPage.command) > Docs/Components.md"

  init() throws {
    registry = try ComponentRegistry(plugins: .standard)
    let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardizedFileURL
    page = try String(contentsOf: root.appendingPathComponent("Docs/Components.md"), encoding: .utf8)
  }

  /// What the page says of a component's checks: the last cell of its row.
  private func checks(of name: String) -> String? {
    let row = page.split(separator: "\n").first { $0.hasPrefix("| **`\(name)`**") }
    return row?.split(separator: "|").last?.trimmingCharacters(in: .whitespaces)
  }

  @Test func everyFamilyIsThere() {
    for family in ComponentFamily.allCases {
      #expect(Self.names.contains { $0.hasPrefix(family.rawValue + ".") }, "\(family.plural)")
    }
  }

  @Test(arguments: names)
  func conforms(_ name: String) throws {
    let entry = try #require(registry.entries().first { $0.fullName == name })
    let verdicts = Conformance.verdicts(of: entry, in: registry, options: Conformance.Options(quick: true))
    for verdict in verdicts { #expect(verdict.passed, "\(verdict)") }
    #expect(checks(of: name) == ComponentPage.checks(verdicts.map(\.passed)), refresh)
  }

  /// `conform sampler.langevin temperature=2`: the family's checks with that setting, and no others.
  @Test func oneSettingIsChecked() async {
    let outcome = await ebm(["conform", "sampler.langevin", "temperature=2", "stepForm=drift", "--quick"])
    #expect(outcome.status == .done && outcome.messages.hasPrefix("1 component, "), "\(outcome.result)")
    #expect(outcome.result.contains("bias: ") && !outcome.result.contains("  setting "))
  }

  @Test func thePageIsThatOfTheRegistry() {
    let current = ComponentPage(of: registry.entries()).text { checks(of: $0) ?? "" }
    let stale = zip(page.split(separator: "\n"), current.split(separator: "\n")).first { $0 != $1 }
    #expect(stale == nil, refresh)
    #expect(page.count == current.count, refresh)
  }
}
