#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif
public import Tensors

extension Npz {
  /// Writes arrays as `<f4` in C order, stored without compression, complete or not at all. `numpy.load` reads them.
  ///
  /// - Parameters:
  ///   - arrays: names, each once, and values of any shape.
  ///   - url: the file to make or replace.
  /// - Throws: `FileFormatError` with the system's reason if the file cannot be written, or if it would take 4 GB.
  /// - Precondition: names differ.
  public static func write(_ arrays: [(name: String, value: Tensor)], to url: URL) throws(FileFormatError) {
    precondition(
      Set(arrays.map(\.name)).count == arrays.count, "Npz: names \(arrays.map(\.name)) are not all different")
    var file = try AtomicFile(replacing: url)
    var directory: [UInt8] = []
    var position = 0
    for (name, value) in arrays {
      var content = NpyHeader.encode(shape: value.shape)
      ElementBytes.withLittleEndianBytes(of: value.scalars) { content.append(contentsOf: $0) }
      let fileName = Array("\(name).npy".utf8)
      guard position + content.count + 2 * fileName.count + directory.count < Int(UInt32.max) - 1_000 else {
        throw FileFormatError(
          path: url.path, location: "array \(FileFormatError.quoted(name))", found: "4 GB or more in all",
          expected: "less; write large arrays to .npy files")
      }
      // Version 2.0, names in UTF-8, no compression, the earliest date there is.
      let common =
        number(20, 2) + number(1 << 11, 2) + number(0, 2) + number(0, 2) + number(0x21, 2)
        + number(Int(Checksum.crc32(content)), 4) + number(content.count, 4) + number(content.count, 4)
        + number(fileName.count, 2) + number(0, 2)
      let header = number(0x0403_4b50, 4) + common + fileName
      directory += number(0x0201_4b50, 4) + number(20, 2) + common + number(0, 2) + number(0, 2) + number(0, 2)
      directory += number(0, 4) + number(position, 4) + fileName
      try file.append(header)
      try file.append(content)
      position += header.count + content.count
    }
    let end =
      number(0x0605_4b50, 4) + number(0, 4) + number(arrays.count, 2) + number(arrays.count, 2)
      + number(directory.count, 4) + number(position, 4) + number(0, 2)
    try file.append(directory + end)
    try file.commit()
  }

  private static func number(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
