/// The known name that was probably meant, or nil where none is near.
///
/// Names that differ only in case or in `-`, `_` and spaces are the same; else the one with the smallest edit
/// distance wins, if a third of its length or less must change; else one that begins with what was typed.
/// Of equally near names the first in alphabetical order is taken, so messages do not change from run to run.
///
/// - Parameters:
///   - name: what was written.
///   - known: the names that exist.
/// - Returns: one of `known`, or nil.
/// - Complexity: O(length² · names).
public func nearestName(to name: String, among known: [String]) -> String? {
  // A name out of a broken file can be megabytes long; nothing that long is a slip of the keyboard.
  guard name.utf8.count <= 256 else { return nil }
  let wanted = plainName(name)
  guard !wanted.isEmpty else { return nil }
  var best: (distance: Int, name: String)?
  for candidate in known.sorted() {
    let plain = plainName(candidate)
    let distance = editDistance(wanted, plain)
    // One change in the shortest names, a third of the letters in longer ones: more is a different word.
    guard distance <= max(1, max(wanted.count, plain.count) / 3), distance < plain.count else { continue }
    if best.map({ distance < $0.distance }) ?? true { best = (distance, candidate) }
  }
  if let best { return best.name }
  guard wanted.count >= 3 else { return nil }
  return known.sorted().first { plainName($0).starts(with: wanted) }
}

/// The letters and digits of a name, in lower case.
private func plainName(_ name: String) -> [Character] {
  name.lowercased().filter { $0 != "-" && $0 != "_" && $0 != " " }.map { $0 }
}

/// How many insertions, deletions, replacements and exchanges of neighbours turn one word into the other,
/// no letter being touched twice (optimal string alignment, the restricted Damerau–Levenshtein distance).
///
/// - Parameters:
///   - first: a word.
///   - second: another.
/// - Returns: 0 for equal words, at most the length of the longer one.
package func editDistance(_ first: [Character], _ second: [Character]) -> Int {
  var beforePrevious: [Int] = []
  var previous = Array(0...second.count)
  for i in 0..<first.count {
    var row = [i + 1]
    for j in 0..<second.count {
      var cost = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (first[i] == second[j] ? 0 : 1))
      if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
        cost = min(cost, beforePrevious[j - 1] + 1)
      }
      row.append(cost)
    }
    beforePrevious = previous
    previous = row
  }
  return previous[second.count]
}
