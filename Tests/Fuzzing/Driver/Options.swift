/// `--name value` pairs.
struct Options {
  struct Problem: Error, CustomStringConvertible { let description: String }

  private var values: [String: String] = [:]

  init(_ words: [String], known: Set<String>) throws {
    var words = words[...]
    while let word = words.popFirst() {
      guard word.hasPrefix("--"), known.contains(String(word.dropFirst(2))), let value = words.popFirst() else {
        throw Problem(description: "\(word): expected one of \(known.sorted().map { "--\($0)" }) and a value")
      }
      values[String(word.dropFirst(2))] = value
    }
  }

  subscript(name: String) -> String? { values[name] }

  subscript(name: String, default initial: Int) -> Int { values[name].flatMap { Int($0) } ?? initial }
}
