private import Foundation

/// A project that is written out for a user to start from: files whose names and texts hold placeholders.
public struct ProjectTemplate: Sendable {
  /// What it is a template of, such as `sampler`.
  public let name: String
  /// Paths and texts, placeholders unfilled, in the order of the paths.
  public let files: [(path: String, text: String)]

  /// Names of the templates there are.
  public static var names: [String] {
    guard let folder = Bundle.module.resourceURL,
      let entries = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    else { return [] }
    var isFolder: ObjCBool = false
    return entries.sorted().filter {
      FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path, isDirectory: &isFolder)
        && isFolder.boolValue
    }
  }

  /// The template of this name; nil when there is none.
  public init?(named name: String) {
    guard ProjectTemplate.names.contains(name), let root = Bundle.module.resourceURL?.appendingPathComponent(name),
      let paths = FileManager.default.enumerator(atPath: root.path)
    else { return nil }
    self.name = name
    let suffix = ".template"
    files = paths.compactMap { $0 as? String }.filter { $0.hasSuffix(suffix) }.sorted().compactMap { path in
      guard let text = try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8) else { return nil }
      return (String(path.dropLast(suffix.count)), text)
    }
  }

  /// The files with placeholders filled.
  ///
  /// - Parameters:
  ///   - type: the component's type, `UpperCamelCase`: for `__Name__`.
  ///   - component: its name in recipes, `kebab-case`: for `__name__`.
  ///   - framework: where the framework's package is: for `__framework__`.
  public func filled(type: String, component: String, framework: String) -> [(path: String, text: String)] {
    func fill(_ text: String) -> String {
      text.replacingOccurrences(of: "__Name__", with: type).replacingOccurrences(of: "__name__", with: component)
        .replacingOccurrences(of: "__framework__", with: framework)
    }
    // A file whose name starts with a dot would not survive as a resource.
    return files.map { (fill($0.path == "gitignore" ? ".gitignore" : $0.path), fill($0.text)) }
  }
}
