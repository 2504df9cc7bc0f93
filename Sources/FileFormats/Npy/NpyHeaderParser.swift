/// Reads the Python dictionary in the header of an `.npy` file.
///
/// The grammar is the part of Python that NumPy writes: a dictionary with the keys `descr`, `fortran_order` and
/// `shape`, each once and in any order, whose values are a string, a Boolean and a tuple of integers.
struct NpyHeaderParser {
  /// The three values.
  struct Fields {
    var descriptor: String
    var isFortranOrder: Bool
    var shape: [Int]
  }

  /// A header that is not such a dictionary.
  struct SyntaxError: Error {
    /// Bytes from the start of the dictionary.
    var offset: Int
    var found: String
    var expected: String
  }

  private static let keys = "'descr', 'fortran_order' and 'shape'"
  private let text: [UInt8]
  private var position = 0

  init(_ text: ArraySlice<UInt8>) {
    self.text = Array(text)
  }

  mutating func fields() throws(SyntaxError) -> Fields {
    var descriptor: String?
    var isFortranOrder: Bool?
    var shape: [Int]?
    try expect("{", "a dictionary")
    while !accept("}") {
      let start = position
      let key = try string("a key in quotes")
      try expect(":", "a colon")
      switch key {
      case "descr" where descriptor == nil: descriptor = try string("a simple type such as '<f4'")
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try boolean()
      case "shape" where shape == nil: shape = try tuple()
      default:
        throw SyntaxError(offset: start, found: FileFormatError.quoted(key), expected: "\(Self.keys), each once")
      }
      if !accept(",") {
        try expect("}", "a comma or }")
        break
      }
    }
    guard skipSpaces() == nil else { throw unexpected("the end of the header") }
    guard let descriptor, let isFortranOrder, let shape else {
      throw SyntaxError(offset: 0, found: "a dictionary without some of the keys", expected: Self.keys)
    }
    return Fields(descriptor: descriptor, isFortranOrder: isFortranOrder, shape: shape)
  }

  private mutating func string(_ expected: String) throws(SyntaxError) -> String {
    guard let quote = skipSpaces(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw unexpected(expected)
    }
    let rest = text[(position + 1)...]
    // Neither the keys nor the types have a backslash, so escapes need not be understood.
    guard let end = rest.firstIndex(of: quote), !rest[..<end].contains(UInt8(ascii: "\\")),
      let string = String(validating: rest[..<end], as: UTF8.self)
    else { throw unexpected("a closed string without escapes") }
    position = end + 1
    return string
  }

  private mutating func boolean() throws(SyntaxError) -> Bool {
    _ = skipSpaces()
    for (word, value) in [("True", true), ("False", false)] where text[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw unexpected("True or False")
  }

  private mutating func tuple() throws(SyntaxError) -> [Int] {
    try expect("(", "a tuple of integers")
    var extents: [Int] = []
    while !accept(")") {
      extents.append(try integer())
      if !accept(",") {
        // In Python (3) is a number; only (3,) is a tuple.
        guard extents.count != 1 else { throw unexpected("a comma after the only extent") }
        try expect(")", "a comma or )")
        break
      }
    }
    return extents
  }

  private mutating func integer() throws(SyntaxError) -> Int {
    _ = skipSpaces()
    let digits = text[position...].prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    guard !digits.isEmpty else { throw unexpected("an extent, an integer of at least 0") }
    guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
      throw SyntaxError(
        offset: position, found: "an extent of \(digits.count) digits", expected: "at most \(Int.max)")
    }
    position += digits.count
    return value
  }

  /// The next byte that is not white space, `nil` at the end.
  private mutating func skipSpaces() -> UInt8? {
    while position < text.count, [0x20, 0x09, 0x0a, 0x0d].contains(text[position]) { position += 1 }
    return position < text.count ? text[position] : nil
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard skipSpaces() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar, _ expected: String) throws(SyntaxError) {
    guard accept(character) else { throw unexpected(expected) }
  }

  private func unexpected(_ expected: String) -> SyntaxError {
    guard position < text.count else {
      return SyntaxError(offset: position, found: "the end of the header", expected: expected)
    }
    let found = FileFormatError.quoted(String(decoding: text[position...].prefix(12), as: UTF8.self))
    return SyntaxError(offset: position, found: found, expected: expected)
  }
}
