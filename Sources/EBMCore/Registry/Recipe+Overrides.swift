internal import FileFormats

extension Recipe {
  /// The recipe with single settings replaced, as command lines do: `sampler.steps=30 sampler=mala seed=7`.
  ///
  /// A value is read as JSON where it is JSON, else it is text. Naming another type drops the settings of the old
  /// one; naming the same type keeps them. Whole sections are laid down before single settings, so the order on the
  /// command line does not matter. Nothing is checked against the tables of settings: ``resolved(with:)`` does that.
  ///
  /// - Parameter overrides: `key=value`, the key a path of names (and places in lists, from 0) joined by dots.
  /// - Throws: a ``ConfigurationError`` with every override that is malformed.
  public func applying(overrides: [String]) throws(ConfigurationError) -> Recipe {
    var problems: [ConfigurationProblem] = []
    var parsed: [RecipeOverride] = []
    for text in overrides {
      do throws(ConfigurationError) { parsed.append(try RecipeOverride(parsing: text)) } catch {
        problems += error.problems
      }
    }
    var value = JSONValue.object(sections)
    // A stable order: of two overrides of one setting the last one counts.
    for (_, override) in parsed.enumerated().sorted(by: { ($0.1.path.count, $0.0) < ($1.1.path.count, $1.0) }) {
      do throws(ConfigurationError) {
        value = try value.replacing(override.path[...], with: override.value, at: "")
      } catch { problems += error.problems }
    }
    if !problems.isEmpty { throw ConfigurationError(problems) }
    return Recipe(sections: value.objectValue ?? sections)
  }
}

/// One `key=value`.
private struct RecipeOverride {
  var path: [String]
  let value: JSONValue

  init(parsing text: String) throws(ConfigurationError) {
    let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let path = halves[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard halves.count == 2, path.allSatisfy({ !$0.isEmpty && !$0.contains(where: \.isWhitespace) }) else {
      throw ConfigurationError(path: "", found: "\"\(text)\"", expected: "key=value such as sampler.steps=30")
    }
    self.path = path
    // `sampler.type=mala` says the same as `sampler=mala`.
    if path.count > 1, path.last == componentTypeKey { self.path.removeLast() }
    do throws(ConfigurationError) { value = try JSONValue(parsing: halves[1], source: "") } catch {
      // Text that begins like JSON was meant to be JSON, and so was a number that is too large.
      let (reason, place) = (error.problems[0].what ?? "", error.problems[0].path.split(separator: ":").last ?? "")
      if halves[1].contains(where: \.isNumber), let number = Double(halves[1]), number.magnitude >= 0x1p63 {
        throw ConfigurationError(path: halves[0], what: reason)
      }
      guard let first = halves[1].first, "{[\"".contains(first) else {
        value = .string(halves[1])
        return
      }
      throw ConfigurationError(
        path: halves[0], found: JSONValue.string(halves[1]).excerpt, expected: "JSON; at character \(place): \(reason)")
    }
  }
}

extension JSONValue {
  /// The value with the member at a path replaced; objects on the way are made where they are missing.
  fileprivate func replacing(
    _ path: ArraySlice<String>, with new: JSONValue, at place: String
  ) throws(ConfigurationError) -> JSONValue {
    guard let key = path.first else { return overlaid(with: new) }
    let inner = joinedPath(place, key)
    switch self {
    case .array(var elements):
      guard let index = Int(key), elements.indices.contains(index) else {
        throw ConfigurationError(
          path: inner, what: "no such place in a list of \(elements.count)",
          expected: elements.isEmpty ? nil : "0 to \(elements.count - 1)")
      }
      elements[index] = try elements[index].replacing(path.dropFirst(), with: new, at: inner)
      return .array(elements)
    case .string(let name):
      // The short form of a component.
      return try JSONValue.object([componentTypeKey: .string(name)]).replacing(path, with: new, at: place)
    default:
      var object = objectValue ?? JSONObject()
      if let old = object[key] {
        object[key] = try old.replacing(path.dropFirst(), with: new, at: inner)
      } else {
        let missing = JSONValue.object(JSONObject())
        object[key] = path.count == 1 ? new : try missing.replacing(path.dropFirst(), with: new, at: inner)
      }
      return .object(object)
    }
  }

  /// The value with another one laid over it: objects of the same type are merged, anything else is replaced.
  private func overlaid(with new: JSONValue) -> JSONValue {
    switch (self, new) {
    case (.object(let old), .string(let name)):
      return old[componentTypeKey] == .string(name) ? self : new
    case (.string(let name), .object(let object)):
      // A short form, unless the new value names another type.
      if let type = object[componentTypeKey], type != .string(name) { return new }
      return JSONValue.object([componentTypeKey: .string(name)]).overlaid(with: new)
    case (.object(var old), .object(let object)):
      if let type = object[componentTypeKey], type != old[componentTypeKey] { return new }
      for (key, value) in object.members { old[key] = old[key]?.overlaid(with: value) ?? value }
      return .object(old)
    default: return new
    }
  }
}
