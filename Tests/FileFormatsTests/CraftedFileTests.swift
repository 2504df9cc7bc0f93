import FileFormats
import Foundation
import Tensors
import Testing

/// Files made to mislead: counts that are negative or overflow, and sizes that no memory holds.
@Suite struct CraftedFileTests {
  private let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  private func message(_ read: (URL) throws -> Void, _ url: URL) throws -> String {
    let error = try #require(throws: FileFormatError.self) { try read(url) }
    #expect(!error.description.contains { $0.isNewline } && error.description.utf8.count < 500)
    return error.description
  }

  private func bytes(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// The count of files in an archive's larger record, which has a sign in it.
  @Test(arguments: [-1, Int.min, .max, 1 << 32]) func archivesOfSoManyFiles(_ count: Int) throws {
    let end = bytes(0x0606_4b50, 4) + bytes(44, 8) + bytes(0, 12) + bytes(count, 8) + bytes(count, 8)
    let locator = bytes(0, 8) + bytes(0, 8) + bytes(0x0706_4b50, 4) + bytes(0, 4) + bytes(0, 8) + bytes(1, 4)
    let tail = bytes(0x0605_4b50, 4) + bytes(0, 18)
    let url = try scratch.write(end + locator + tail, as: "a.npz")
    #expect(
      try message({ _ = try Npz(contentsOf: $0) }, url).hasSuffix(
        "a.npz: directory: found \(count) entries, expected at most 0 in its 0 bytes"))
  }

  /// A stored file whose two sizes differ would be read beyond its end.
  @Test func aStoredArrayOfTwoSizes() throws {
    let url = scratch.file("a.npz")
    try Npz.write([("x", Tensor((0..<100).map(Float.init)))], to: url)
    var archive = try fileBytes(url)
    let directory = archive.count - 22 - 46 - 5
    archive.replaceSubrange(directory + 24..<directory + 28, with: bytes(1_000_000, 4))
    let changed = try scratch.write(archive, as: "b.npz")
    #expect(try message({ _ = try Npz(contentsOf: $0).rows(named: "x") }, changed).contains("two sizes"))
  }

  /// Empty arrays of rows that are longer than any memory.
  @Test func emptyArraysOfEndlessRows() throws {
    let idx = try scratch.write(
      [0, 0, 0x0b, 4, 0, 0, 0, 0] + [UInt8](repeating: 0xff, count: 12), as: "a")
    #expect(
      try message({ _ = try IDX.read(contentsOf: $0) }, idx).contains("shape [0, 4294967295, 4294967295, 4294967295]"))
    for shape in ["(0, 4611686018427387904)", "(0, 3037000500, 3037000500)", "(4611686018427387904, 0)"] {
      let header = "{'descr': '<f8', 'fortran_order': False, 'shape': \(shape), }"
      let npy = try scratch.write(
        [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8), as: "a.npy")
      #expect(try message({ _ = try Npy.rows(of: $0) }, npy).contains("shape: found"))
      #expect(try message({ _ = try Npy.read(contentsOf: $0) }, npy).contains("a number of bytes that fits 63 bits"))
    }
  }

  /// Files with holes: a terabyte each, of which the disk holds a few bytes.
  @Test func filesLargerThanMemory() throws {
    func sparse(_ name: String, _ head: [UInt8], size: UInt64 = 1 << 40) throws -> URL {
      let url = try scratch.write(head, as: name)
      let handle = try FileHandle(forWritingTo: url)
      try handle.truncate(atOffset: size)
      try handle.close()
      return url
    }
    let fortran = "{'descr': '|u1', 'fortran_order': True, 'shape': (1048576, 1048576), }"
    let head = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(fortran.utf8.count), 0] + Array(fortran.utf8)
    let messages = [
      try message({ _ = try CSV.read(contentsOf: $0) }, try sparse("a.csv", Array("1,2\n".utf8))),
      try message({ _ = try IDX.rows(of: $0) }, try sparse("a.gz", [0x1f, 0x8b, 8, 0])),
      try message({ _ = try Safetensors(contentsOf: $0) }, try sparse("a.safetensors", bytes(2, 8) + Array("{}".utf8))),
      try message(
        { _ = try Npy.rows(of: $0) }, try sparse("a.npy", head, size: UInt64(head.count) + 1 << 40)),
    ]
    for message in messages { #expect(message.contains("of memory there are"), "\(message)") }
    // Smaller than memory, but not text; and a line without an end.
    let holes = try sparse("b.csv", Array("1,2\n".utf8), size: 1 << 24)
    #expect(
      try message({ _ = try CSV.read(contentsOf: $0) }, holes).contains("line 2: found a zero byte, expected text"))
    // Rows in C order stay on the disk: the first and the last can be read.
    let plain = "{'descr': '|u1', 'fortran_order': False, 'shape': (1048576, 1048576), }"
    let start = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(plain.utf8.count), 0] + Array(plain.utf8)
    let rows = try Npy.rows(of: try sparse("c.npy", start, size: UInt64(start.count) + 1 << 40))
    #expect(try rows.rows([0, 1_048_575]).count == 1 << 21)
    #expect(try message({ _ in _ = try rows.tensor() }, scratch.url).contains("4.0 TiB"))
  }
}
