import Foundation
import ProjectTemplates
import Testing

/// Imports run down the manifest's list and never up or sideways; component plugins never import each other.
@Suite struct ImportsTests {
  private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// What every module may import of the package, as the manifest's table says.
  private func manifest() throws -> ModuleRules { try ModuleRules(manifest: try text("Package.swift")) }

  /// The import lines of the folders in `Sources` and `Plugins`, by module.
  private func imports() throws -> [String: [(file: String, module: String)]] {
    var found: [String: [(file: String, module: String)]] = [:]
    let modules = try ["Sources", "Plugins"].flatMap { folder in
      try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)
        .map { ($0, "\(folder)/\($0)") }
    }
    for (module, folder) in modules + [("ProjectTemplates", "Templates")] {
      let place = root.appendingPathComponent(folder).resolvingSymlinksInPath()
      guard let files = FileManager.default.enumerator(atPath: place.path) else { continue }
      for case let file as String in files where file.hasSuffix(".swift") {
        let source = try String(contentsOf: place.appendingPathComponent(file), encoding: .utf8)
        found[module, default: []] += ModuleRules.imports(in: source).map { ("\(folder)/\(file)", $0) }
      }
    }
    return found
  }

  @Test func importsRunDown() throws {
    let rules = try manifest()
    let imports = try imports()
    // The scan found what it has to judge.
    #expect(Set(rules.modules).subtracting(imports.keys).isSubset(of: rules.leaves))
    #expect(imports.values.map(\.count).reduce(0, +) > 100)
    for (module, lines) in imports {
      for line in lines {
        #expect(rules.allows(module, importing: line.module), "\(line.file) imports \(line.module)")
      }
    }
  }

  @Test func theManifestsTableRunsDown() throws {
    let rules = try manifest()
    for (module, dependency) in rules.edges {
      #expect(rules.isBelow(dependency, module), "the manifest lets \(module) depend on \(dependency)")
    }
  }

  /// `ebm new` refuses names of modules: it knows all that a package beside this one would see.
  @Test func modulesAreKnownByName() throws {
    #expect(Set(FrameworkModules.names) == Set(try manifest().modules))
  }

  /// The rules themselves refuse what they have to refuse.
  @Test func rulesCanFail() throws {
    let rules = try manifest()
    for (module, other) in [
      ("Samplers", "Objectives"), ("Samplers", "EBM"), ("EBMCore", "Samplers"), ("TensorGraph", "Tensors"),
      ("Tensors", "Networks"), ("Figures", "Tensors"), ("EBMCommand", "EBM"), ("EBMCommand", "Samplers"),
      ("Sampling", "Samplers"), ("EBMCore", "COpenBLAS"),
      ("Networks", "Figures"), ("EBMCore", "Runs"), ("Samplers", "Runs"), ("Tensors", "FileFormats"),
      ("Networks", "FileFormats"), ("FileFormats", "EBMCore"),
    ] {
      #expect(!rules.allows(module, importing: other), "\(module) → \(other)")
    }
    for (module, other) in [
      ("Samplers", "Sampling"), ("Samplers", "EBMCore"), ("EBM", "Samplers"), ("Tensors", "TensorGraph"),
      ("Tensors", "Foundation"),
      ("EBMCore", "FileFormats"), ("FileFormats", "Tensors"),
    ] {
      #expect(rules.allows(module, importing: other), "\(module) → \(other)")
    }
    #expect(
      !rules.isBelow("EBM", "EBMCore") && !rules.isBelow("Samplers", "Objectives")
        && rules.isBelow("EBMCore", "Samplers"))
    let source = """
      // import Nothing
      @_exported public import EBMCore
      import struct Foundation.URL
      #if canImport(Glibc)
        package import Glibc
      #endif
      let important = 1
      """
    #expect(ModuleRules.imports(in: source) == ["EBMCore", "Foundation", "Glibc"])
  }
}

/// The order of the package's modules and what each may import, read from the manifest's text.
struct ModuleRules {
  struct Malformed: Error { var what: String }

  /// The modules in the manifest's order: first those that depend on nothing, component plugins between EBMCore and
  /// EBM, the executable last.
  let modules: [String]
  /// Modules outside the table, which depend on nothing: those of C.
  let leaves: Set<String>
  private let plugins: Set<String>
  private let dependencies: [String: Set<String>]

  init(manifest: String) throws {
    func block(_ start: String, _ end: String) throws -> Substring {
      guard let first = manifest.range(of: start),
        let last = manifest.range(of: end, range: first.upperBound..<manifest.endIndex)
      else { throw Malformed(what: "the manifest has no \(start)") }
      return manifest[first.upperBound..<last.lowerBound]
    }
    let plugins = try block("let plugins = [", "]").matches(of: /"(\w+)"/).map { String($0.1) }
    guard let below = try block("for plugin in plugins {", "path:").firstMatch(of: /dependencies: \[(.*?)\]/) else {
      throw Malformed(what: "the manifest does not say what plugins depend on")
    }
    var dependencies: [String: Set<String>] = [:]
    for plugin in plugins { dependencies[plugin] = Set(below.1.matches(of: /"(\w+)"/).map { String($0.1) }) }
    let leaf =
      #/
      \.(?:target|systemLibrary)\(\s*name:\ "(\w+)",\s*(?:dependencies:\ \[[^\n]*\],\s*)?
      path:\ "(?:Sources|Templates)
      /#
    let leaves = manifest.matches(of: leaf).map { String($0.1) }
    var order = leaves
    for line in try block("let libraries: [Part] = [", "\n]").split(separator: "Part(") {
      guard let part = line.firstMatch(of: /^\s*"(\w+)"(?:,\s*((?:plugins \+ )?\[[^\]]*\]))?/) else { continue }
      let name = String(part.1)
      let depends = part.2 ?? ""
      if name == "EBM" { order += plugins }
      order.append(name)
      dependencies[name] = Set(
        depends.matches(of: /"(\w+)"/).map { String($0.1) } + (depends.contains("plugins") ? plugins : []))
    }
    guard let tool = manifest.firstMatch(of: /executableTarget\(name: "(\w+)", dependencies: \[(.*?)\]/) else {
      throw Malformed(what: "the manifest has no executable")
    }
    order.append(String(tool.1))
    dependencies[String(tool.1)] = Set(tool.2.matches(of: /"(\w+)"/).map { String($0.1) })
    // A condition keeps it out of the table.
    dependencies["Processes", default: []].insert("CProcesses")
    modules = order
    self.leaves = Set(leaves)
    self.plugins = Set(plugins)
    self.dependencies = dependencies
  }

  /// All edges of the manifest's table.
  var edges: [(String, String)] { dependencies.flatMap { module, others in others.map { (module, $0) } } }

  /// Whether a module stands below another one: earlier in the list, and not beside it as component plugins are.
  func isBelow(_ lower: String, _ upper: String) -> Bool {
    guard let low = modules.firstIndex(of: lower), let high = modules.firstIndex(of: upper) else { return false }
    return low < high && !(plugins.contains(lower) && plugins.contains(upper))
  }

  /// Whether a module may import another one: the system's any, the package's those that the manifest names for it.
  func allows(_ module: String, importing other: String) -> Bool {
    !modules.contains(other) || (isBelow(other, module) && dependencies[module]?.contains(other) == true)
  }

  /// The modules that a source file imports.
  static func imports(in source: String) -> [String] {
    let before: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    return source.split(separator: "\n").compactMap { line in
      guard line.contains("import ") else { return nil }
      var words = line.split(separator: " ")[...].drop { $0.hasPrefix("@") || before.contains($0) }
      guard words.popFirst() == "import" else { return nil }
      return words.drop { kinds.contains($0) }.first?.split(separator: ".").first.map(String.init)
    }
  }
}
