/// Finds the valid name that a misspelt one was probably meant to be.
package enum NearestName {
  /// The candidate with the fewest edits from `name`, if it is close enough to be a plausible slip.
  ///
  /// An edit inserts, deletes or replaces a letter or swaps two neighbours; case is ignored. A candidate is plausible
  /// while the edits are at most half of the longer word.
  ///
  /// - Parameters:
  ///   - name: the name that was found.
  ///   - candidates: the valid names; of equally close ones the first wins.
  /// - Returns: the nearest candidate, or `nil` if none is plausible.
  /// - Complexity: O(`name.count` · total length of the candidates).
  package static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
    // A name out of a broken file can be megabytes long; nothing that long is a slip of the keyboard.
    guard name.utf8.count <= 256 else { return nil }
    let letters = Array(name.lowercased())
    var best: (name: String, edits: Int)?
    for candidate in candidates {
      let other = Array(candidate.lowercased())
      let edits = editDistance(letters, other)
      if 2 * edits <= max(letters.count, other.count), edits < best?.edits ?? .max {
        best = (candidate, edits)
      }
    }
    return best?.name
  }

  /// The optimal string alignment distance between two words.
  private static func editDistance(_ first: [Character], _ second: [Character]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...second.count)
    for (row, letter) in first.enumerated() {
      var current = [row + 1]
      for (column, other) in second.enumerated() {
        let replacing = previous[column] + (letter == other ? 0 : 1)
        var edits = min(replacing, previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, letter == second[column - 1], first[row - 1] == other {
          edits = min(edits, beforePrevious[column - 1] + 1)
        }
        current.append(edits)
      }
      beforePrevious = previous
      previous = current
    }
    return previous[second.count]
  }
}
