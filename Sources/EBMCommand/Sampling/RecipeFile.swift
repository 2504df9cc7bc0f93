import EBMCore
import FileFormats

/// A recipe's file of which one section is to be written: one that exists keeps all others, and nothing that is no
/// recipe is touched.
struct RecipeFile {
  let path: String
  /// What is there now; nil where there is nothing.
  private let present: Recipe?

  /// - Throws: a `ConfigurationError` for a file that is no recipe, and for a folder.
  init(_ path: String) throws(ConfigurationError) {
    self.path = path
    guard Files.exists(path) else {
      present = nil
      return
    }
    let text: String
    do throws(FileError) { text = try Files.readText(path) } catch {
      throw ConfigurationError(path: path, what: "cannot read the recipe: \(error.reason)")
    }
    let recipe = try Recipe(parsing: text, source: path)
    if let other = recipe.sections.keys.first(where: { RecipeSection(rawValue: $0) == nil }) {
      throw ConfigurationError(path: path, what: "not a recipe, so it is left alone", found: "a member \"\(other)\"")
    }
    present = recipe
  }

  /// The energy of the recipe that is there.
  var energyName: String? {
    present?[.energy].flatMap { $0.stringValue ?? $0["type"]?.stringValue }
  }

  /// Writes the section `sampler`.
  ///
  /// - Parameters:
  ///   - sampler: the section.
  ///   - recipe: what the other sections are when there is no file yet.
  func write(sampler: JSONValue, otherwise recipe: Recipe) throws(FileError) {
    var recipe = present ?? recipe
    if present == nil || recipe[.sampler] == nil {
      // At its place: behind the sections that come before it in every recipe.
      let order = RecipeSection.allCases.map(\.rawValue)
      recipe[.sampler] = sampler
      let members = recipe.sections.members.map { ($0.key, $0.value) }
      func place(_ key: String) -> Int { order.firstIndex(of: key) ?? order.count }
      recipe.sections = JSONObject(members.sorted { place($0.0) < place($1.0) })
    }
    recipe[.sampler] = sampler
    try Files.replace(path, with: recipe.text.utf8)
  }
}
