/// What the header of an `.npy` file says.
struct NpyHeader: Equatable {
  var type: ElementType
  var isBigEndian: Bool
  var isFortranOrder: Bool
  var shape: [Int]

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// NumPy's type codes without the byte order.
  private static let elementTypes: [(code: String, type: ElementType)] = [
    ("f4", .float32), ("f8", .float64), ("f2", .float16), ("i8", .int64), ("i4", .int32), ("i2", .int16), ("i1", .int8),
    ("u8", .uint64), ("u4", .uint32), ("u2", .uint16), ("u1", .uint8), ("b1", .bool),
  ]

  /// Reads the header.
  ///
  /// - Returns: the header and the offset of the first byte after it.
  static func parse(_ bytes: [UInt8], path: String) throws(FileFormatError) -> (NpyHeader, dataStart: Int) {
    guard bytes.count >= 8, bytes.starts(with: magic) else {
      throw FileFormatError(
        path: path, location: "first bytes", found: "\(bytes.prefix(6).map { Int($0) })",
        expected: "\\x93NUMPY and a version")
    }
    guard (1...3).contains(bytes[6]), bytes[7] == 0 else {
      throw FileFormatError(
        path: path, location: "version", found: "\(bytes[6]).\(bytes[7])", expected: "1.0, 2.0 or 3.0")
    }
    let lengthWidth = bytes[6] == 1 ? 2 : 4
    let start = 8 + lengthWidth
    guard bytes.count >= start else {
      throw FileFormatError(
        path: path, location: "header length", found: "the end of the file", expected: "\(lengthWidth) bytes")
    }
    let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - start else {
      throw FileFormatError(
        path: path, location: "header length", found: "\(length) bytes",
        expected: "at most the \(bytes.count - start) bytes that follow it (is the file truncated?)")
    }
    let fields: NpyHeaderParser.Fields
    do {
      var parser = NpyHeaderParser(bytes[start..<start + length])
      fields = try parser.fields()
    } catch {
      throw FileFormatError(
        path: path, location: "header, byte \(error.offset)", found: error.found, expected: error.expected)
    }
    return (try NpyHeader(fields, path: path), start + length)
  }

  private init(_ fields: NpyHeaderParser.Fields, path: String) throws(FileFormatError) {
    let order = fields.descriptor.first
    let code = String(fields.descriptor.dropFirst())
    let match = Self.elementTypes.first { $0.code == code }
    // "|" means that the byte order does not matter, which is so for single bytes alone; "=" is the writer's own
    // order, which a file cannot know.
    guard let match, let order, order == "<" || order == ">" || (order == "|" && match.type.width == 1) else {
      let names = Self.elementTypes.map { ($0.type.width == 1 ? "|" : "<") + $0.code }
      throw FileFormatError(
        path: path, location: "descr", found: FileFormatError.quoted(fields.descriptor),
        expected: "one of " + names.joined(separator: " "),
        nearestName: nearestName(to: fields.descriptor, among: names))
    }
    guard fields.shape.count <= ElementBytes.maximumRank else {
      throw FileFormatError(
        path: path, location: "shape", found: "rank \(fields.shape.count)",
        expected: "at most \(ElementBytes.maximumRank)")
    }
    type = match.type
    isBigEndian = order == ">"
    isFortranOrder = fields.isFortranOrder
    shape = fields.shape
  }

  /// The bytes before the data of a Float32 array in C order.
  ///
  /// Spaces and a line feed fill the header so that the data begins at a multiple of 64 bytes, as NumPy's own files do;
  /// that makes them fit for memory mapping. A rank of at most 6 always fits version 1.0's 65,535 bytes.
  static func encode(shape: [Int]) -> [UInt8] {
    let extents = shape.map { "\($0)" }.joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(extents)), }"
    let unpadded = 10 + text.utf8.count + 1
    let padding = (64 - unpadded % 64) % 64
    let length = text.utf8.count + padding + 1
    let prefix = magic + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)]
    return prefix + Array(text.utf8) + [UInt8](repeating: 0x20, count: padding) + [0x0a]
  }
}
