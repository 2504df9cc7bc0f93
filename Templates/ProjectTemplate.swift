public import EBMCore
private import FoundationEssentials

/// A package that is written out for a user to start from: files whose paths and texts hold placeholders.
///
/// ```
/// __Name__         the type that the package adds, UpperCamelCase
/// __name__         its name in recipes and of the package, kebab-case
/// __dependency__   the expression by which Package.swift depends on swift-ebm
/// __package__      what that dependency is called
/// ```
/// A file's name ends in `.template`, which is dropped, and `dot-` at the start of a name stands for a dot. The README's
/// first block of code is what a user types next. Plugins add templates of their own with `registry.add(_:)`.
public struct ProjectTemplate: PluginItem {
  public static let kind = "template"
  public let name: String
  public let summary: String
  /// The family of the component that it starts with, whose names may not be taken; nil for none.
  public let family: ComponentFamily?
  private let folders: [String]

  /// A template.
  ///
  /// - Parameters:
  ///   - name: what one types after `ebm new`.
  ///   - summary: what it writes, in one line.
  ///   - family: of the component that it starts with; nil for none.
  ///   - folders: where its files are; of two with the same path the one of the later folder is taken.
  public init(_ name: String, summary: String, family: ComponentFamily? = nil, folders: [String]) {
    self.name = name
    self.summary = summary
    self.family = family
    self.folders = folders
  }

  /// What placeholders stand for.
  public struct Words: Sendable {
    /// `__Name__`.
    public let type: String
    /// `__name__`.
    public let component: String
    /// `__dependency__`.
    public let dependency: String
    /// `__package__`.
    public let package: String

    /// Words for all placeholders.
    public init(type: String, component: String, dependency: String, package: String) {
      self.type = type
      self.component = component
      self.dependency = dependency
      self.package = package
    }

    fileprivate func fill(_ text: String) -> String {
      [("__Name__", type), ("__name__", component), ("__dependency__", dependency), ("__package__", package)]
        .reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
  }

  /// A file of a template.
  public struct File: Sendable {
    /// Where it goes, relative to the package.
    public let path: String
    /// What is in it.
    public let text: String
  }

  /// The files with placeholders as they are, in the order of their paths.
  ///
  /// - Throws: a ``FileError`` when they cannot be read, or when there are none.
  public func files() throws(FileError) -> [File] {
    var texts: [String: String] = [:]
    for folder in folders {
      for path in try Self.templates(in: folder) {
        let words = path.dropLast(Self.ending.count).split(separator: "/").map {
          $0.hasPrefix("dot-") ? "." + $0.dropFirst(4) : String($0)
        }
        texts[words.joined(separator: "/")] = try Files.readText("\(folder)/\(path)")
      }
    }
    if texts.isEmpty {
      throw FileError(path: folders.first ?? name, action: "cannot read the template", reason: "it has no files")
    }
    return texts.sorted { $0.key < $1.key }.map { File(path: $0.key, text: $0.value) }
  }

  /// The files with placeholders filled.
  ///
  /// - Throws: as ``files()``.
  public func files(filledWith words: Words) throws(FileError) -> [File] {
    try files().map { File(path: words.fill($0.path), text: words.fill($0.text)) }
  }

  private static let ending = ".template"

  /// Paths of all templates in a folder, relative to it.
  private static func templates(in folder: String) throws(FileError) -> [String] {
    var paths: [String] = []
    for name in try Files.list(folder) {
      if Files.isFolder("\(folder)/\(name)") {
        paths += try templates(in: "\(folder)/\(name)").map { "\(name)/\($0)" }
      } else if name.hasSuffix(ending) {
        paths.append(name)
      }
    }
    return paths
  }
}
