import FileFormats
import Foundation
import Tensors
import Testing

/// IDX, CIFAR and NumPy files read row by row.
@Suite struct RowFileTests {
  private let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  private static func idx(_ type: UInt8, _ shape: [UInt8], _ data: [UInt8]) -> [UInt8] {
    [0, 0, type, UInt8(shape.count)] + shape.flatMap { [0, 0, 0, $0] } + data
  }

  @Test func idxRowsAreRead() throws {
    let url = try scratch.write(Self.idx(8, [3, 2, 2], (0..<12).map { $0 * 20 }), as: "images")
    let file = try IDX.rows(of: url)
    #expect(file.count == 3 && file.shape == [2, 2])
    #expect(try file.rows([2, 0, 2]) == [160, 180, 200, 220, 0, 20, 40, 60, 160, 180, 200, 220])
    #expect(try IDX.read(contentsOf: url).shape == [3, 2, 2])
    let shorts = try scratch.write(Self.idx(0x0b, [2], [0xff, 0xfe, 1, 0]), as: "shorts")
    #expect(try IDX.read(contentsOf: shorts).scalars == [-2, 256])
    let floats = try scratch.write(Self.idx(0x0d, [1], [0x3f, 0x80, 0, 0]), as: "floats")
    #expect(try IDX.read(contentsOf: floats).scalars == [1])
    let doubles = try scratch.write(Self.idx(0x0e, [1], [0xc0, 0, 0, 0, 0, 0, 0, 0]), as: "doubles")
    #expect(try IDX.read(contentsOf: doubles).scalars == [-2])
  }

  @Test(.enabled(if: PythonInterpreter.hasNumPy, "python3 is missing"))
  func gzippedIDXIsUnpacked() throws {
    let bytes = Self.idx(8, [100, 7, 5], (0..<3_500).map { UInt8($0 % 200) })
    _ = try scratch.write(bytes, as: "a")
    // With a name in the header, as the gzip program does, and without.
    try PythonInterpreter.run(
      """
      import gzip, sys
      data = open(sys.argv[1] + "/a", "rb").read()
      open(sys.argv[1] + "/plain.gz", "wb").write(gzip.compress(data))
      gzip.GzipFile(sys.argv[1] + "/named.gz", "wb").write(data)
      """, [scratch.url.path])
    for name in ["plain.gz", "named.gz"] {
      let file = try IDX.rows(of: scratch.file(name))
      #expect(file.count == 100 && file.shape == [7, 5])
      #expect(try file.rows([99]) == (3_465..<3_500).map { Float($0 % 200) })
    }
    var damaged = try fileBytes(scratch.file("plain.gz"))
    damaged[damaged.count - 6] ^= 1
    let url = try scratch.write(damaged, as: "damaged.gz")
    let error = try #require(throws: FileFormatError.self) { try IDX.rows(of: url) }
    #expect(error.location == "checksum")
  }

  /// What the message must contain.
  private static let broken: [(bytes: [UInt8], fragments: [String])] = [
    ([], ["first bytes"]), ([1, 2, 3, 4], ["first bytes", "[1, 2, 3, 4]"]),
    (idx(7, [1], [1]), ["type code", "found 7", "8 9 11 12 13 14"]), (idx(8, [], [1]), ["rank", "found 0"]),
    ([0, 0, 8, 3, 0, 0, 0, 2], ["header", "8 bytes", "16 for rank 3"]),
    (idx(8, [3, 2, 2], [1, 2, 3]), ["data", "3 bytes", "[3, 2, 2]"]),
    (idx(8, [2], [1, 2, 3]), ["data", "3 bytes"]),
    ([0, 0, 8, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], ["data", "0 bytes"]),
    ([0x1f, 0x8b, 8, 0, 0, 0], ["gzip header", "6 bytes"]),
  ]

  @Test(arguments: broken.indices)
  func aBrokenIDXFileIsToldInOneLine(_ index: Int) throws {
    let (bytes, fragments) = Self.broken[index]
    let url = try scratch.write(bytes, as: "broken")
    let error = try #require(throws: FileFormatError.self) { try IDX.rows(of: url) }
    for fragment in ["broken: "] + fragments { #expect(error.description.contains(fragment), "\(error)") }
  }

  @Test func cifarPixelsAreInterleaved() throws {
    func record(_ labels: [UInt8], _ base: Int) -> [UInt8] {
      labels + (0..<3).flatMap { plane in (0..<1_024).map { UInt8((base + 50 * plane + $0) % 256) } }
    }
    let ten = try scratch.write(record([3], 0) + record([9], 7), as: "ten.bin")
    let (images, labels) = try CIFAR.rows(of: ten, classes: .ten)
    #expect(images.count == 2 && images.shape == [32, 32, 3])
    let second = try images.rows([1])
    #expect(Array(second[0..<6]) == [7, 57, 107, 8, 58, 108])
    #expect(second[3_071] == Float((7 + 100 + 1_023) % 256))
    #expect(try labels.rows([0, 1]) == [3, 9])

    let hundred = try scratch.write(record([19, 99], 1), as: "hundred.bin")
    let fine = try CIFAR.rows(of: hundred, classes: .hundred)
    #expect(try fine.labels.rows([0]) == [99])
    #expect(try Array(fine.images.rows([0])[0..<3]) == [1, 51, 101])

    let other = try #require(throws: FileFormatError.self) { try CIFAR.rows(of: hundred, classes: .ten) }
    #expect(other.description.contains("3074 bytes") && other.description.contains("may be CIFAR-100"))
  }

  @Test func npyRowsAreThoseOfTheWholeArray() throws {
    let value = Tensor((0..<60).map { Float($0) * 0.5 }, shape: [5, 4, 3])
    let url = scratch.file("a.npy")
    try Npy.write(value, to: url)
    let file = try Npy.rows(of: url)
    #expect(file.count == 5 && file.shape == [4, 3])
    #expect(try file.tensor().scalars == value.scalars)
    #expect(try file.rows([3]) == Array(value.scalars[36..<48]))
    try Npy.write(Tensor(1), to: scratch.file("scalar.npy"))
    let scalar = try #require(throws: FileFormatError.self) { try Npy.rows(of: scratch.file("scalar.npy")) }
    #expect(scalar.location == "shape")
    let cut = try scratch.write(fileBytes(url).dropLast(), as: "cut.npy")
    let short = try #require(throws: FileFormatError.self) { try Npy.rows(of: cut) }
    #expect(short.found == "239 bytes")
  }

  @Test func aFileThatShrinksIsTold() throws {
    let url = scratch.file("a.npy")
    try Npy.write(Tensor(repeating: 1, shape: [10, 100]), to: url)
    let file = try Npy.rows(of: url)
    let handle = try FileHandle(forWritingTo: url)
    try handle.truncate(atOffset: 1_000)
    #expect(try file.rows([0]).count == 100)
    let error = try #require(throws: FileFormatError.self) { try file.rows([9]) }
    #expect(error.description.contains("and then the end"))
  }

  @Test func filesAreJoined() throws {
    let first = RowFile(Tensor([1, 2, 3, 4], shape: [2, 2]), path: "first")
    let second = RowFile(Tensor([5, 6], shape: [1, 2]), path: "second")
    let joined = try RowFile(joining: [first, second, first])
    #expect(joined.count == 5)
    #expect(try joined.rows([4, 2, 1]) == [3, 4, 5, 6, 3, 4])
    let other = RowFile(Tensor([1, 2, 3], shape: [1, 3]), path: "other")
    let error = try #require(throws: FileFormatError.self) { try RowFile(joining: [first, other]) }
    #expect(error.description == "other: shape of a row: found [3], expected [2] as in first")
  }

  @Test func strangeFilesAreRefused() throws {
    let folder = try #require(throws: FileFormatError.self) { try IDX.rows(of: scratch.url) }
    #expect(folder.found == "a directory")
    let missing = try #require(throws: FileFormatError.self) { try Npy.rows(of: scratch.file("missing.npy")) }
    #expect(missing.description.hasSuffix("found No such file or directory, expected a file that can be read"))
  }
}
