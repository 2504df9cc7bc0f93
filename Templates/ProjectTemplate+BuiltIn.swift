public import EBMCore
private import Foundation

extension ProjectTemplate {
  /// The templates that come with the framework: those of whole projects, then one for each family.
  ///
  /// - Throws: a ``FileError`` when the program lies where no templates are.
  public static func builtIn() throws(FileError) -> [ProjectTemplate] {
    let root = try root()
    func template(_ name: String, _ summary: String, _ family: ComponentFamily, over others: [String])
      -> ProjectTemplate
    {
      ProjectTemplate(name, summary: summary, family: family, folders: (others + [name]).map { "\(root)/\($0)" })
    }
    return [
      template(
        "project", "a command line of its own with an energy, a recipe, tests and CI", .energy,
        over: ["package", "energy"]),
      template(
        "paper", "ablations of a recipe, and their table and figure by one command", .energy,
        over: ["package", "energy"]),
    ]
      + families.map { name, family in template(name, "\(family.phrase) with its tests", family, over: ["package"]) }
  }

  private static let families: [(String, ComponentFamily)] = [
    ("dataset", .dataset), ("energy", .energy), ("initializer", .initializer), ("metric", .metric),
    ("noise-schedule", .schedule), ("objective", .objective), ("optimizer", .optimizer), ("sampler", .sampler),
  ]

  /// Where the templates are: beside the program, where the package manager puts resources, else in the sources that it
  /// was built from.
  ///
  /// Not through `Bundle.module`, which ends the program when it finds nothing.
  private static func root() throws(FileError) -> String {
    let program = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent().path
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
    let places = (program.map { ["\($0)/swift-ebm_ProjectTemplates.resources"] } ?? []) + [sources]
    if let place = places.first(where: { Files.isFolder("\($0)/package") }) { return place }
    throw FileError(
      path: places[0], action: "cannot read the templates",
      reason: "they are neither there nor in the sources that this program was built from, \(sources)")
  }
}
