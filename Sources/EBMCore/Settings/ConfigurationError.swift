public import FileFormats

/// One thing that is wrong with what came from outside: a recipe, a setting, a name, an argument.
public struct ConfigurationProblem: Sendable, Equatable {
  /// Where: a setting's path such as `sampler.steps`, or `file:line:column`, or empty for the whole.
  public var path: String
  /// What is wrong, where `found` and `expected` do not say it.
  public var what: String?
  /// What was found there, as it was written.
  public var found: String?
  /// What would have been accepted.
  public var expected: String?
  /// The valid name nearest to the one that was found.
  public var nearest: String?

  /// A problem at a place.
  ///
  /// - Parameters:
  ///   - path: where it is.
  ///   - what: what is wrong; nil when `found` and `expected` say it.
  ///   - found: what was there.
  ///   - expected: what is accepted.
  ///   - nearest: the valid name that was probably meant.
  public init(
    path: String, what: String? = nil, found: String? = nil, expected: String? = nil, nearest: String? = nil
  ) {
    self.path = path
    self.what = what
    self.found = found
    self.expected = expected
    self.nearest = nearest
  }

  /// A name that does not exist: with the nearest one that does, or with all of them where none is near.
  ///
  /// - Parameters:
  ///   - name: the unknown name.
  ///   - path: where it is.
  ///   - what: what is wrong, the name included.
  ///   - known: the names that exist.
  public init(unknown name: String, path: String, what: String, known: [String]) {
    let nearest = nearestName(to: name, among: known)
    let choices = known.count > 12 ? known.prefix(12) + ["…"] : known[...]
    self.init(
      path: path, what: what,
      expected: nearest == nil && !known.isEmpty ? "one of " + choices.joined(separator: ", ") : nil,
      nearest: nearest)
  }

  /// A section without its component: `sampler: missing, expected a sampler, which mcmc-likelihood needs`.
  ///
  /// - Parameters:
  ///   - family: the section's family.
  ///   - purpose: what it is for: `which mcmc-likelihood needs`.
  public init(missing family: ComponentFamily, _ purpose: String) {
    self.init(path: family.rawValue, what: "missing", expected: "\(family.phrase), \(purpose)")
  }
}

extension ConfigurationProblem: CustomStringConvertible {
  /// Characters of a part that are shown: more than any list of names, less than what floods a terminal.
  private static let longestPart = 600

  /// One line: `sampler.steps: found -3, expected an integer, at least 1`. Control characters are written as escapes, and
  /// what nobody could read is cut.
  public var description: String {
    var parts: [String] = []
    func add(_ word: String, _ part: String?) {
      if let part { parts.append(word + part.onOneLine(limit: Self.longestPart)) }
    }
    add("", what)
    add("found ", found)
    add("expected ", expected)
    var line = parts.joined(separator: ", ")
    if let nearest { line += "; did you mean \(nearest)?" }
    return path.isEmpty ? line : "\(path.onOneLine(limit: Self.longestPart)): \(line)"
  }
}

/// Everything that is wrong with a configuration, at least one problem, collected before it is thrown.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The problems in the order of the recipe.
  public let problems: [ConfigurationProblem]

  /// An error made of these problems.
  ///
  /// - Parameter problems: at least one.
  /// - Precondition: `problems` is not empty.
  public init(_ problems: [ConfigurationProblem]) {
    precondition(!problems.isEmpty, "a ConfigurationError holds at least one problem, found none")
    self.problems = problems
  }

  /// An error made of one problem.
  ///
  /// - Parameters:
  ///   - path: where it is.
  ///   - what: what is wrong; nil when `found` and `expected` say it.
  ///   - found: what was there.
  ///   - expected: what is accepted.
  ///   - nearest: the valid name that was probably meant.
  public init(
    path: String, what: String? = nil, found: String? = nil, expected: String? = nil, nearest: String? = nil
  ) {
    problems = [ConfigurationProblem(path: path, what: what, found: found, expected: expected, nearest: nearest)]
  }

  /// One line a problem.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension JSONValue {
  /// Reads one JSON value, as ``init(parsing:)`` does.
  ///
  /// - Parameters:
  ///   - text: the JSON text.
  ///   - source: what the text is called in messages, such as a file's name.
  /// - Throws: a ``ConfigurationError`` whose path is `source:line:column` (columns count characters from 1).
  public init(parsing text: String, source: String) throws(ConfigurationError) {
    do throws(JSONSyntaxError) { try self.init(parsing: text) } catch {
      throw ConfigurationError(path: "\(source):\(error.line):\(error.column)", what: error.what)
    }
  }

  /// The value as a message shows it: on one line, cut where it is long.
  package var excerpt: String {
    let text = compactText
    return text.count <= 60 ? text : text.prefix(57) + "…"
  }
}

/// The path of a member: `sampler` and `steps` make `sampler.steps`.
package func joinedPath(_ path: String, _ key: String) -> String {
  path.isEmpty ? key : "\(path).\(key)"
}
