package import EBMCore
import Foundation
import Runs

/// Where a new package gets swift-ebm from.
package enum FrameworkSource: Equatable {
  /// A folder on this machine.
  case folder(String)
  /// A repository, and which version of it, as Package.swift says it: `from: "1.2.0"`.
  case repository(url: String, requirement: String)

  /// What `--dependency` says: a folder, or the address of a repository, maybe with a version or a branch behind an `@`.
  ///
  /// - Throws: a `ConfigurationError` for anything else.
  package init(_ text: String) throws(ConfigurationError) {
    if text.contains("://") || text.contains(/^[^\/@]+@[^\/:]+:/) {
      let name = text.lastIndex(of: "/") ?? text.startIndex
      guard let at = text[name...].lastIndex(of: "@") else {
        self = .repository(url: text, requirement: Self.requirement(version: FrameworkVersion.current))
        return
      }
      let version = String(text[text.index(after: at)...])
      let isVersion = version.wholeMatch(of: /\d+\.\d+\.\d+/) != nil
      self = .repository(
        url: String(text[..<at]),
        requirement: isVersion ? Self.requirement(version: version) : "branch: \(Self.literal(version))")
      return
    }
    guard Self.isFramework(Files.absolute(text)) else {
      throw ConfigurationError(
        path: "--dependency", found: "\"\(text)\"",
        expected: "the folder of swift-ebm's Package.swift, or a URL such as https://host/swift-ebm.git@1.2.0")
    }
    self = .folder(Files.absolute(text))
  }

  /// What this program itself was built from, of which one source is at `sources`: the repository and version when its package had checked it out, else the
  /// folder.
  ///
  /// - Throws: a `ConfigurationError` when that is no longer there.
  package static func own(sources: String = thisFile) throws(ConfigurationError) -> FrameworkSource {
    let root = URL(fileURLWithPath: sources).pathComponents.dropLast(4).joined(separator: "/").dropFirst()
    let checkouts = root.split(separator: "/").dropLast().last
    if checkouts == "checkouts", let source = checkedOut(at: String(root)) { return source }
    if isFramework(String(root)) { return .folder(String(root)) }
    throw ConfigurationError(
      path: "--dependency", what: "the swift-ebm that this program was built from is gone from \(root)",
      expected: "the folder of swift-ebm's Package.swift, or a URL such as https://host/swift-ebm.git@1.2.0")
  }

  // As a default argument `#filePath` would be the caller's.
  package static let thisFile = #filePath

  /// What the package manager has noted of a checkout: where it is from and which version.
  private static func checkedOut(at root: String) -> FrameworkSource? {
    let folders = root.split(separator: "/", omittingEmptySubsequences: false)
    let state = folders.dropLast(2).joined(separator: "/") + "/workspace-state.json"
    // A state that cannot be read tells nothing.
    guard let text = try? Files.readText(state), let json = try? JSONValue(parsing: text, source: state),
      let dependency = json["object"]?["dependencies"]?.arrayValue?.first(where: {
        $0["subpath"]?.stringValue.map { $0 == folders.last.map(String.init) } ?? false
      }),
      let url = dependency["packageRef"]?["location"]?.stringValue,
      let checkout = dependency["state"]?["checkoutState"]
    else { return nil }
    if let version = checkout["version"]?.stringValue {
      return .repository(url: url, requirement: requirement(version: version))
    }
    if let branch = checkout["branch"]?.stringValue {
      return .repository(url: url, requirement: "branch: \(literal(branch))")
    }
    return checkout["revision"]?.stringValue.map { .repository(url: url, requirement: "revision: \(literal($0))") }
  }

  /// The expression in Package.swift.
  package var dependency: String {
    switch self {
    case .folder(let path): ".package(name: \"swift-ebm\", path: \(Self.literal(path)))"
    case .repository(let url, let requirement): ".package(url: \(Self.literal(url)), \(requirement))"
    }
  }

  /// What the package manager calls it: the last part of a repository's address.
  package var package: String {
    switch self {
    case .folder: return "swift-ebm"
    case .repository(let url, _):
      let name = url.split { "/:".contains($0) }.last.map(String.init) ?? url
      return (name.hasSuffix(".git") ? String(name.dropLast(4)) : name).filter { !"\"\\".contains($0) }
    }
  }

  private static func requirement(version: String) -> String { "from: \(literal(version))" }

  private static func literal(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  private static func isFramework(_ folder: String) -> Bool {
    (try? Files.readText("\(folder)/Package.swift"))?.contains("name: \"swift-ebm\"") ?? false
  }
}
