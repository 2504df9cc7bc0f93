#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
internal import Tensors

/// Lays out and writes a safetensors file.
struct SafetensorsWriter {
  private let contents: Safetensors
  private let url: URL

  init(contents: Safetensors, url: URL) {
    self.contents = contents
    self.url = url
  }

  func write() throws(FileFormatError) {
    let names = Self.sorted(contents.tensors.keys)
    let header = try header(names)
    var file = try AtomicFile(replacing: url)
    try file.append(header)
    for name in names {
      guard let tensor = contents.tensors[name] else { continue }
      try ElementBytes.withLittleEndianBytes(of: tensor.scalars) { (bytes) throws(FileFormatError) in
        try file.append(bytes)
      }
    }
    try file.commit()
  }

  /// The length and the JSON, padded so that the data is aligned.
  private func header(_ names: [String]) throws(FileFormatError) -> [UInt8] {
    var members: [String] = []
    if !contents.metadata.isEmpty {
      let pairs = Self.sorted(contents.metadata.keys).map { key in
        "\(quoted(key)):\(quoted(contents.metadata[key] ?? ""))"
      }
      members.append("\"\(SafetensorsFormat.metadataName)\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for name in names {
      guard name != SafetensorsFormat.metadataName else {
        throw FileFormatError(
          path: url.path, location: "tensor names", found: name, expected: "a name that the format does not reserve")
      }
      let shape = contents.tensors[name]?.shape ?? []
      let end = offset + shape.reduce(MemoryLayout<Float>.size, *)
      let extents = shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(name)):{\"dtype\":\"F32\",\"shape\":[\(extents)],\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var json = Array("{\(members.joined(separator: ","))}".utf8)
    // The 8 bytes of the length keep the alignment, so padding the JSON to a multiple of 8 is enough.
    json += [UInt8](repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8)
    guard json.count <= SafetensorsFormat.maximumHeaderLength else {
      throw FileFormatError(
        path: url.path, location: "header", found: "\(json.count) bytes of names, shapes and metadata",
        expected: "at most \(SafetensorsFormat.maximumHeaderLength)")
    }
    let length = UInt64(json.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + json
  }

  private func quoted(_ text: String) -> String { JSONValue.string(text).compactText }

  /// Ascending order of UTF-8 bytes: unlike a dictionary's order it is the same in every process.
  private static func sorted(_ names: some Sequence<String>) -> [String] {
    names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
