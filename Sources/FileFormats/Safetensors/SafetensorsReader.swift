internal import Tensors

/// Checks a safetensors file and makes its tensors.
///
/// Nothing in the header is believed: a tensor is made only after its shape, type and offsets agree with each other and
/// with the size of the file, so a lying header cannot cause an allocation or a read beyond the file.
struct SafetensorsReader {
  private let path: String
  private let bytes: [UInt8]

  /// One tensor as the header describes it; offsets count from the first byte after the header.
  private struct Entry {
    var name: String
    var type: ElementType
    var shape: [Int]
    var begin: Int
    var end: Int
  }

  init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  func read() throws(FileFormatError) -> Safetensors {
    let dataStart = try headerEnd()
    let header = try members(ofHeaderIn: SafetensorsFormat.prefixLength..<dataStart)
    var contents = Safetensors()
    var entries: [Entry] = []
    for (name, value) in header {
      if name == SafetensorsFormat.metadataName {
        contents.metadata = try metadata(value)
      } else {
        entries.append(try entry(name, value))
      }
    }
    try checkLayout(entries, dataLength: bytes.count - dataStart)
    let elements = entries.reduce(0) { $0 + ($1.end - $1.begin) / $1.type.width }
    try FileContents.requireMemory(4 * elements, for: path, "its tensors")
    for entry in entries {
      contents.tensors[entry.name] = Tensor(try scalars(of: entry, dataStart: dataStart), shape: entry.shape)
    }
    return contents
  }

  // MARK: - Header

  /// The offset of the first byte after the header.
  private func headerEnd() throws(FileFormatError) -> Int {
    let prefix = SafetensorsFormat.prefixLength
    guard bytes.count >= prefix else {
      throw error("header length", found: "a file of \(bytes.count) bytes", expected: "at least \(prefix) bytes")
    }
    let length = bytes.prefix(prefix).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(SafetensorsFormat.maximumHeaderLength) else {
      throw error(
        "header length", found: "\(length) bytes",
        expected: "at most \(SafetensorsFormat.maximumHeaderLength) (is this a safetensors file?)")
    }
    guard Int(length) <= bytes.count - prefix else {
      throw error(
        "header length", found: "\(length) bytes",
        expected: "at most the \(bytes.count - prefix) bytes that follow it (is the file truncated?)")
    }
    return prefix + Int(length)
  }

  private func members(ofHeaderIn range: Range<Int>) throws(FileFormatError) -> [(key: String, value: JSONValue)] {
    guard !range.isEmpty, bytes[range.lowerBound] == UInt8(ascii: "{") else {
      throw error("header", found: range.isEmpty ? "no bytes" : "no object", expected: "JSON that begins with {")
    }
    // An element of a list takes so many bytes of memory for each of the file, at most.
    try FileContents.requireMemory(64 * range.count, for: path, "header of \(range.count) bytes")
    let header: JSONValue
    do throws(JSONSyntaxError) {
      header = try JSONValue(parsing: bytes[range])
    } catch {
      throw self.error(
        "header, byte \(error.offset)", found: "faulty JSON (\(error.what.onOneLine(limit: 160)))",
        expected: "an object")
    }
    guard case .object(let object) = header else {
      throw error("header", found: summary(header), expected: "an object")
    }
    return object.members
  }

  private func metadata(_ value: JSONValue) throws(FileFormatError) -> [String: String] {
    guard case .object(let object) = value else {
      throw error(SafetensorsFormat.metadataName, found: summary(value), expected: "an object of strings")
    }
    var result: [String: String] = [:]
    for (key, value) in object.members {
      guard case .string(let text) = value else {
        throw error(
          "\(SafetensorsFormat.metadataName), key \(FileFormatError.quoted(key))", found: summary(value),
          expected: "a string")
      }
      result[key] = text
    }
    return result
  }

  // MARK: - Entries

  private func entry(_ name: String, _ value: JSONValue) throws(FileFormatError) -> Entry {
    let location = Self.location(of: name)
    guard case .object(let object) = value else {
      throw error(location, found: summary(value), expected: "an object with dtype, shape and data_offsets")
    }
    func member(_ key: String) throws(FileFormatError) -> JSONValue {
      if let found = object[key] { return found }
      throw error(
        location, found: "no \(key)", expected: "dtype, shape and data_offsets",
        nearestName: nearestName(to: key, among: object.keys).map(FileFormatError.quoted))
    }
    let type = try elementType(try member("dtype"), location)
    let shape = try integers(try member("shape"), "\(location), shape")
    guard shape.count <= ElementBytes.maximumRank else {
      throw error("\(location), shape", found: "rank \(shape.count)", expected: "at most \(ElementBytes.maximumRank)")
    }
    let offsets = try integers(try member("data_offsets"), "\(location), data_offsets")
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw error(
        "\(location), data_offsets", found: offsets.count <= 3 ? "\(offsets)" : "\(offsets.count) integers",
        expected: "[begin, end] with begin <= end")
    }
    let length = offsets[1] - offsets[0]
    guard let bytes = ElementBytes.count(of: shape, width: type.width) else {
      throw error("\(location), shape", found: "\(shape)", expected: "a number of bytes that fits 63 bits")
    }
    guard bytes == length else {
      throw error(
        "\(location), data_offsets", found: "\(length) bytes",
        expected: "\(bytes) for shape \(shape) at \(type.width) bytes an element")
    }
    return Entry(name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
  }

  private func elementType(_ value: JSONValue, _ location: String) throws(FileFormatError) -> ElementType {
    let types = SafetensorsFormat.elementTypes
    if case .string(let name) = value, let match = types.first(where: { $0.name == name }) { return match.type }
    var nearest: String?
    if case .string(let name) = value { nearest = nearestName(to: name, among: types.map(\.name)) }
    throw error(
      "\(location), dtype", found: summary(value), expected: "one of " + types.map(\.name).joined(separator: " "),
      nearestName: nearest)
  }

  private func integers(_ value: JSONValue, _ location: String) throws(FileFormatError) -> [Int] {
    guard case .array(let elements) = value else {
      throw error(location, found: summary(value), expected: "a list of integers")
    }
    var result: [Int] = []
    for element in elements {
      // Written as an integer: 12, not 12.0 or 1.2e1.
      guard case .integer(let integer) = element, integer >= 0 else {
        throw error(location, found: summary(element), expected: "an integer from 0 to \(Int.max)")
      }
      result.append(integer)
    }
    return result
  }

  // MARK: - Data

  /// The tensors must fill the data exactly, each byte belonging to one of them.
  private func checkLayout(_ entries: [Entry], dataLength: Int) throws(FileFormatError) {
    var covered = 0
    var previous = "the header"
    for entry in entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      let location = Self.location(of: entry.name)
      guard entry.end <= dataLength else {
        throw error(
          "\(location), data_offsets", found: "end \(entry.end)",
          expected: "at most \(dataLength), the bytes after the header (is the file truncated?)")
      }
      guard entry.begin == covered else {
        throw error(
          "\(location), data_offsets",
          found: "begin \(entry.begin), \(entry.begin < covered ? "an overlap" : "a hole") after \(previous)",
          expected: "begin \(covered)")
      }
      covered = entry.end
      previous = location
    }
    guard covered == dataLength else {
      throw error(
        "data after \(previous)", found: "\(dataLength - covered) bytes of no tensor", expected: "the end of the file")
    }
  }

  private func scalars(of entry: Entry, dataStart: Int) throws(FileFormatError) -> [Float] {
    do {
      return try entry.type.decode(bytes[dataStart + entry.begin..<dataStart + entry.end])
    } catch {
      throw self.error(
        "\(Self.location(of: entry.name)), element \(error.element)", found: error.found, expected: error.expected)
    }
  }

  /// A value in a few words.
  private func summary(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let text): FileFormatError.quoted(text)
    case .array(let elements): "a list of \(elements.count)"
    case .object(let object): "an object of \(object.count)"
    }
  }

  private static func location(of name: String) -> String { "tensor \(FileFormatError.quoted(name))" }

  private func error(
    _ location: String, found: String, expected: String, nearestName: String? = nil
  ) -> FileFormatError {
    FileFormatError(path: path, location: location, found: found, expected: expected, nearestName: nearestName)
  }
}
