import EBMCore
import ProjectTemplates

/// The name of a new package's type, `BarkerWalk`, and of what it is in recipes, `barker-walk`.
struct ProjectName {
  let type: String
  let component: String

  /// - Throws: a `ConfigurationError` for what is no name of a Swift type, and for one that cannot be a module.
  init(_ type: String) throws(ConfigurationError) {
    guard let first = type.first, first.isUppercase, type.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
    else {
      throw ConfigurationError(
        path: "Name", found: "\"\(type)\"",
        expected: "a type's name: letters and digits, the first an upper-case letter")
    }
    self.type = type
    component = ProjectName.kebab(type)
    if Self.keywords.contains(type) {
      throw ConfigurationError(path: "Name", what: "\(type) is a word of the language")
    }
    // File systems that do not tell cases apart would mix the two modules up.
    let modules = FrameworkModules.names + Self.systemModules
    if let module = modules.first(where: { $0.lowercased() == type.lowercased() }) {
      throw ConfigurationError(path: "Name", what: "there is a module \(module) already", found: "\"\(type)\"")
    }
    if component == "swift-ebm" {
      throw ConfigurationError(path: "Name", what: "the package would be called swift-ebm, as the framework's is")
    }
  }

  private static let keywords: Set<String> = ["Any", "Self", "Type", "Protocol"]
  private static let systemModules = [
    "Swift", "Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin", "Dispatch", "Observation",
    "PackageDescription", "PackagePlugin", "RegexBuilder", "Synchronization", "Testing", "XCTest", "Distributed",
  ]

  /// Throws where the name means something else already: to the program, or in the sources of a template.
  func check(for template: ProjectTemplate, in registry: ComponentRegistry) throws {
    let known = registry.entries().first { entry in
      String(describing: entry.type) == type || (entry.family == template.family && entry.name == component)
    }
    if let known {
      throw ConfigurationError(
        path: "Name", what: "there is \(known.family.phrase) \(known.name) from the plugin \(known.plugin) already",
        found: "\"\(type)\"")
    }
    for file in try template.files() where file.path.hasSuffix(".swift") {
      if ProjectName.words(of: file.text).contains(type[...]) {
        throw ConfigurationError(
          path: "Name", what: "\(file.path) uses this word for something else", found: "\"\(type)\"")
      }
    }
  }

  /// The identifiers in a source.
  private static func words(of source: String) -> Set<Substring> {
    let code = source.replacing(/"[^"\n]*"|\/\/[^\n]*/, with: " ")
    return Set(code.split { !($0.isLetter || $0.isNumber || $0 == "_") })
  }

  /// `BarkerWalk` as `barker-walk`, `MALA2` as `mala2`.
  private static func kebab(_ type: String) -> String {
    let letters = Array(type)
    return letters.indices.reduce(into: "") { name, index in
      let startsWord =
        index > 0 && letters[index].isUppercase
        && (!letters[index - 1].isUppercase || (index + 1 < letters.count && letters[index + 1].isLowercase))
      name += (startsWord ? "-" : "") + letters[index].lowercased()
    }
  }
}
