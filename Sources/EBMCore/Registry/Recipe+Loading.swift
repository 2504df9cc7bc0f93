internal import FileFormats

extension Recipe {
  /// Reads a recipe: a file, or the name of a built-in one.
  ///
  /// What contains a slash or ends in `.json` is a file; any other word is looked for among the built-in recipes
  /// first, then among the files.
  ///
  /// - Parameters:
  ///   - nameOrFile: `cdrl-checkerboard`, `my-recipe.json`, …
  ///   - registry: where the built-in recipes are.
  /// - Throws: a ``ConfigurationError`` for a file that is missing, unreadable or not a JSON object (with line and
  ///   column), or for an unknown name (with the nearest built-in one).
  public static func load(
    _ nameOrFile: String, from registry: ComponentRegistry
  ) throws(ConfigurationError) -> Recipe {
    let isFile = nameOrFile.contains("/") || nameOrFile.hasSuffix(".json")
    if !isFile {
      do throws(ConfigurationError) {
        let known = try registry.recipe(nameOrFile)
        var recipe = Recipe(sections: known.sections)
        if recipe.name == nil { recipe.sections = JSONObject([("name", .string(known.name))] + recipe.pairs) }
        return recipe
      } catch {
        if !Files.isFile(nameOrFile), !Files.isFile("\(nameOrFile)/recipe.json") { throw error }
      }
    }
    if Files.isFile("\(nameOrFile)/recipe.json") {
      throw ConfigurationError(
        path: nameOrFile, what: "this is the folder of a run, not a recipe", nearest: "\(nameOrFile)/recipe.json")
    }
    let text: String
    do throws(FileError) { text = try Files.readText(nameOrFile) } catch {
      throw ConfigurationError(path: nameOrFile, what: "cannot read the recipe: \(error.reason)")
    }
    return try Recipe(parsing: text, source: nameOrFile)
  }

  /// Reads a recipe from JSON text.
  ///
  /// - Parameters:
  ///   - text: a JSON object.
  ///   - source: what the text is called in messages, such as a file's name.
  /// - Throws: a ``ConfigurationError`` with line and column.
  public init(parsing text: String, source: String = "recipe") throws(ConfigurationError) {
    let value = try JSONValue(parsing: text, source: source)
    guard let sections = value.objectValue else {
      throw ConfigurationError(path: source, found: value.excerpt, expected: "a recipe, which is a JSON object")
    }
    self.init(sections: sections)
  }

  private var pairs: [(String, JSONValue)] { sections.members.map { ($0.key, $0.value) } }
}
