import EBM
import EBMCommand
import Foundation
import Testing

/// What `ebm new` writes and what it refuses; that it builds is what ``ScaffoldTests`` see.
@Suite struct TemplateTests {
  private static let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardizedFileURL.path

  /// Everything in a folder, that of folders in it included.
  private func contents(_ folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
  }

  @Test func eachFamilyHasATemplate() async {
    let listed = await ebm(["new", "--list"])
    let names = listed.result.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(names.prefix(2) == ["project", "paper"])
    // Networks, transforms and rates are parts of other components.
    let families = ComponentFamily.allCases.filter { ![.network, .transform, .rate].contains($0) }
    #expect(names.dropFirst(2) == families.map { $0 == .schedule ? "noise-schedule" : $0.rawValue }.sorted()[...])
  }

  @Test func nothingIsLeftOfPlaceholders() async throws {
    for template in await ebm(["new", "--list"]).result.split(separator: "\n") {
      let scratch = try ScratchFolder()
      let name = String(template.prefix { $0 != " " })
      let outcome = await ebm(["new", name, "PlainName9", "--into", scratch.file("a/b")])
      #expect(outcome.status == .done, "\(outcome.messages)")
      for path in try contents(scratch.path) {
        #expect(!path.contains("__") && !path.hasSuffix(".template"), "\(path)")
        guard let text = try? scratch.text(path) else { continue }
        #expect(!text.contains("__"), "\(path)")
      }
      #expect(try scratch.text("a/b/Package.swift").contains("path: \"\(Self.root)\""))
      #expect(scratch.exists("a/b/.gitignore"))
    }
  }

  @Test(arguments: [
    (["samplr", "BarkerWalk"], #"there is no template of "samplr"; did you mean sampler?"#),
    (["sampler"], "new: <Name> is missing, expected the type that the package adds, such as BarkerWalk"),
    (
      ["sampler", "barker-walk"],
      #"Name: found "barker-walk", expected a type's name: letters and digits, the first an upper-case letter"#
    ),
    (
      ["sampler", "Bärker"],
      #"Name: found "Bärker", expected a type's name: letters and digits, the first an upper-case letter"#
    ),
    (["energy", "Self"], "Name: Self is a word of the language"),
    (["energy", "Foundation"], #"Name: there is a module Foundation already, found "Foundation""#),
    (["energy", "Ebm"], #"Name: there is a module EBM already, found "Ebm""#),
    (["energy", "SwiftEbm"], "Name: the package would be called swift-ebm, as the framework's is"),
    (["sampler", "MALA"], #"Name: there is a sampler mala from the plugin Samplers already, found "MALA""#),
    (["sampler", "Mala"], #"Name: there is a sampler mala from the plugin Samplers already, found "Mala""#),
    (
      ["energy", "Checkerboard"],
      #"Name: there is a dataset checkerboard from the plugin Datasets already, found "Checkerboard""#
    ),
    (
      ["energy", "Tensor"], #"Name: Sources/__Name__/__Name__.swift uses this word for something else, found "Tensor""#
    ),
    (
      ["sampler", "BarkerWalk", "--dependency", "/"],
      #"--dependency: found "/", expected the folder of swift-ebm's Package.swift, or a URL such as "#
        + "https://host/swift-ebm.git@1.2.0"
    ),
  ])
  func wrongUsageIsOneLine(words: [String], message: String) async {
    let outcome = await ebm(["new"] + words)
    #expect(outcome.status == .wrongUsage && outcome.result.isEmpty)
    #expect(outcome.messages == "error: \(message)\n")
  }

  @Test func aFolderWithFilesIsLeftAlone() async throws {
    let scratch = try ScratchFolder()
    let file = try scratch.write("mine", to: "notes.txt")
    for more in [[], ["--dry-run"]] {
      let outcome = await ebm(["new", "sampler", "BarkerWalk", "--into", scratch.path] + more)
      #expect(outcome.status == .failed && outcome.result.isEmpty)
      #expect(outcome.messages == "error: \(scratch.path): cannot write the package: the folder is not empty\n")
    }
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine" && contents(scratch.path) == ["notes.txt"])
  }

  @Test func anEmptyFolderIsFilledAndADryRunWritesNothing() async throws {
    let scratch = try ScratchFolder()
    let dry = await ebm(["new", "sampler", "BarkerWalk", "--into", scratch.file("x"), "--dry-run"])
    #expect(dry.status == .done && dry.result.contains("/x/Sources/BarkerWalk/BarkerWalk.swift\n"))
    #expect(try contents(scratch.path).isEmpty)
    try FileManager.default.createDirectory(atPath: scratch.file("x"), withIntermediateDirectories: false)
    let written = await ebm(["new", "sampler", "BarkerWalk", "--into", scratch.file("x") + "/"])
    #expect(written.status == .done, "\(written.messages)")
    #expect(Set(dry.result.split(separator: "\n")).isSubset(of: Set(written.messages.split(separator: "\n"))))
    #expect(scratch.exists("x/Sources/BarkerWalk/BarkerWalk.swift"))
  }

  /// The type's name makes a folder, and one sign too many for the name of a file in it.
  @Test func whatFailsHalfWayLeavesNothing() async throws {
    let scratch = try ScratchFolder()
    let name = "N" + String(repeating: "a", count: 245)
    let outcome = await ebm(["new", "sampler", name, "--into", scratch.file("a/b/c")])
    #expect(outcome.status == .failed && outcome.messages.split(separator: "\n").count == 1, "\(outcome.messages)")
    #expect(outcome.messages.contains("File name too long"))
    #expect(try contents(scratch.path).isEmpty)
    let file = try scratch.write("", to: "file")
    let inside = await ebm(["new", "sampler", "BarkerWalk", "--into", file + "/x"])
    #expect(inside.status == .failed)
    #expect(try contents(scratch.path) == ["file"])
  }

  @Test(arguments: [
    ("https://host/lab/swift-ebm.git", #".package(url: "https://host/lab/swift-ebm.git", from: "0.1.0")"#, "swift-ebm"),
    ("https://me@host/ebm@1.20.3", #".package(url: "https://me@host/ebm", from: "1.20.3")"#, "ebm"),
    ("git@host:lab/ebm.git@main", #".package(url: "git@host:lab/ebm.git", branch: "main")"#, "ebm"),
    ("ssh://git@host/ebm", #".package(url: "ssh://git@host/ebm", from: "0.1.0")"#, "ebm"),
  ])
  func dependenciesAreAddresses(text: String, dependency: String, package: String) throws {
    let source = try FrameworkSource(text)
    #expect(source.dependency == dependency && source.package == package)
  }

  /// A program that was built from a checkout depends on what was checked out.
  @Test func aCheckoutsProgramDependsOnItsRepository() throws {
    let scratch = try ScratchFolder()
    let sources = scratch.file("checkouts/swift-ebm/Sources/EBMCommand/Projects/FrameworkSource.swift")
    #expect(throws: ConfigurationError.self) { try FrameworkSource.own(sources: sources) }
    for (state, expected) in [
      (#"{"version": "2.3.4", "revision": "abc"}"#, #"from: "2.3.4""#),
      (#"{"branch": "main", "revision": "abc"}"#, #"branch: "main""#), (#"{"revision": "abc"}"#, #"revision: "abc""#),
    ] {
      _ = try scratch.write(
        #"""
        {"object": {"dependencies": [
          {"subpath": "other", "packageRef": {"location": "https://host/other"}, "state": {}},
          {"subpath": "swift-ebm", "packageRef": {"location": "https://host/swift-ebm.git"},
           "state": {"checkoutState": \#(state)}}]}}
        """#, to: "workspace-state.json")
      #expect(
        try FrameworkSource.own(sources: sources)
          == .repository(url: "https://host/swift-ebm.git", requirement: expected))
    }
    #expect(try FrameworkSource.own() == .folder(Self.root))
  }
}
