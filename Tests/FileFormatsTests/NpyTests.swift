import FileFormats
import Foundation
import Tensors
import Testing

@Suite struct NpyTests {
  private let scratch: ScratchDirectory

  init() throws {
    scratch = try ScratchDirectory()
  }

  private static let shapes: [[Int]] = [
    [], [1], [0], [5], [2, 3], [3, 0, 2], [2, 3, 4], [2, 1, 3, 2], [1, 2, 1, 2, 3], [2, 1, 2, 3, 1, 2],
  ]

  @Test(arguments: shapes)
  func everyBitSurvivesARoundTrip(_ shape: [Int]) throws {
    var generator = SplitMix64(seed: 2)
    var scalars = generator.scalars(shape.reduce(1, *))
    if scalars.count > 4 { scalars.replaceSubrange(0..<4, with: [.nan, -.infinity, -0.0, .leastNonzeroMagnitude]) }
    let url = scratch.file("a.npy")
    try Npy.write(Tensor(scalars, shape: shape), to: url)
    let read = try Npy.read(contentsOf: url)
    #expect(read.shape == shape)
    #expect(read.scalars.map(\.bitPattern) == scalars.map(\.bitPattern))
    let header = try fileBytes(url).count - 4 * scalars.count
    #expect(header % 64 == 0)
  }

  @Test(.enabled(if: PythonInterpreter.hasNumPy, "python3 has no numpy"))
  func numPyReadsWhatWeWrite() throws {
    for (index, shape) in Self.shapes.enumerated() {
      let scalars = (0..<shape.reduce(1, *)).map { Float($0) + 0.5 }
      try Npy.write(Tensor(scalars, shape: shape), to: scratch.file("\(index).npy"))
    }
    let script = """
      import sys, numpy as np
      for index, shape in enumerate(eval(sys.argv[2])):
          a = np.load(f"{sys.argv[1]}/{index}.npy")
          expected = (np.arange(np.prod(shape, dtype=int), dtype=np.float32) + 0.5).reshape(shape)
          assert a.dtype == "<f4" and a.shape == tuple(shape) and (a == expected).all(), (index, a)
      """
    try PythonInterpreter.run(script, [scratch.url.path, "\(Self.shapes)"])
  }

  @Test(.enabled(if: PythonInterpreter.hasNumPy, "python3 has no numpy"))
  func weReadEveryTypeOrderAndVersionNumPyWrites() throws {
    let script = """
      import sys, numpy as np
      index = 0
      for shape in [(), (4,), (2, 3), (2, 3, 4), (3, 0)]:
          base = np.arange(np.prod(shape, dtype=int)).reshape(shape)
          for code in "f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1".split():
              for order in "<>":
                  for layout in "CF":
                      a = np.array(base % 2 if code == "b1" else base, dtype=order + code, order=layout)
                      with open(f"{sys.argv[1]}/{index}.npy", "wb") as f:
                          np.lib.format.write_array(f, a, version=(index % 3 + 1, 0))
                      print(f"{index};{int(code == 'b1')};" + " ".join(map(str, shape)))
                      index += 1
      """
    let lines = try PythonInterpreter.run(script, [scratch.url.path]).split(separator: "\n")
    #expect(lines.count == 5 * 12 * 4)
    for line in lines {
      let fields = line.split(separator: ";", omittingEmptySubsequences: false)
      let shape = fields[2].split(separator: " ").compactMap { Int($0) }
      let modulus = fields[1] == "1" ? 2 : 1_000
      let tensor = try Npy.read(contentsOf: scratch.file("\(fields[0]).npy"))
      #expect(tensor.shape == shape, "\(line)")
      #expect(tensor.scalars == (0..<shape.reduce(1, *)).map { Float($0 % modulus) }, "\(line)")
    }
  }

  private static func bytes(_ header: String, data: [UInt8], version: UInt8 = 1) -> [UInt8] {
    let length = header.utf8.count
    let width = version == 1 ? 2 : 4
    let lengthBytes = (0..<width).map { UInt8(length >> (8 * $0) & 0xff) }
    return [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0] + lengthBytes + Array(header.utf8) + data
  }

  private static let eight = [UInt8](repeating: 0, count: 8)

  @Test func keysMayBeInAnyOrderAndQuotes() throws {
    let header = #"{"shape":(2,),"fortran_order":True,"descr":"<f4"}"#
    let url = try scratch.write(Self.bytes(header, data: [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]), as: "a.npy")
    #expect(try Npy.read(contentsOf: url).scalars == [1, -2])
  }

  /// Header and what the message must contain; each has 8 bytes of data.
  private static let broken: [(header: String, fragments: [String])] = [
    ("", ["a dictionary", "the end of the header"]),
    ("{'descr': '<f4', 'fortran_order': False}", ["without some of the keys", "'shape'"]),
    ("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", ["\"descr\"", "each once"]),
    ("{'desc': '<f4', 'fortran_order': False, 'shape': (2,)}", ["\"desc\"", "'descr'"]),
    ("{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}", ["True or False"]),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': 2}", ["a tuple"]),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (2)}", ["a comma after the only extent"]),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}", ["at least 0"]),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (2.0,)}", ["a comma"]),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", ["20 digits"]),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296,4294967296)}", ["63 bits"]),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,)}", ["63 bits"]),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}", ["data", "8 bytes", "12 for shape [3]"]),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", ["8 bytes", "4 for shape [1]"]),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,1,1,1,1,1,1)}", ["rank 7"]),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x", ["the end of the header", "\"x\""]),
    ("{'descr': '<f5', 'fortran_order': False, 'shape': (2,)}", ["\"<f5\"", "nearest: <f2"]),
    ("{'descr': '|f4', 'fortran_order': False, 'shape': (2,)}", ["\"|f4\"", "nearest: <f4"]),
    ("{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", ["\"<c8\""]),
    ("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", ["\"|O\""]),
    ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}", ["a simple type"]),
    ("{'descr': '<f4, 'fortran_order': False, 'shape': (2,)}", ["header, byte"]),
    ("{'descr': '\\x3cf4', 'fortran_order': False, 'shape': (2,)}", ["without escapes"]),
  ]

  @Test(arguments: broken.indices)
  func aBrokenHeaderIsToldInOneLine(_ index: Int) throws {
    let (header, fragments) = Self.broken[index]
    let url = try scratch.write(Self.bytes(header, data: Self.eight), as: "broken.npy")
    let error = try #require(throws: FileFormatError.self) { try Npy.read(contentsOf: url) }
    for fragment in ["broken.npy: "] + fragments {
      #expect(error.description.contains(fragment), "\(error) has no \(fragment)")
    }
    #expect(!error.description.contains { $0.isNewline })
  }

  private static let example = bytes(
    "{'descr': '<i2', 'fortran_order': True, 'shape': (2, 2), }  \n", data: eight, version: 2)

  @Test func everyPrefixIsRefused() throws {
    let good = try scratch.write(Self.example, as: "good.npy")
    #expect(try Npy.read(contentsOf: good).shape == [2, 2])
    for length in Self.example.indices {
      let url = try scratch.write(Array(Self.example[..<length]), as: "prefix.npy")
      #expect(throws: FileFormatError.self, "\(length) bytes") { try Npy.read(contentsOf: url) }
    }
  }

  @Test func aChangedHeaderIsRefusedOrStillAccountsForEveryByte() throws {
    var accepted: Set<Int> = []
    for position in 0..<Self.example.count - 8 {
      for bit in 0..<8 {
        var bytes = Self.example
        bytes[position] ^= 1 << bit
        let url = try scratch.write(bytes, as: "flipped.npy")
        do {
          let tensor = try Npy.read(contentsOf: url)
          #expect(tensor.scalars.count == 4)
          accepted.insert(position)
        } catch {
          #expect(error.path == url.path)
        }
      }
    }
    // "<" to ">", "i" to "u" or to "h" and so on, the version's 2 to 3, and the white space: nothing else may change.
    let allowed = Set(Self.example.indices.filter { " \n<i".utf8.contains(Self.example[$0]) } + [6])
    #expect(accepted.isSubset(of: allowed), "\(accepted.subtracting(allowed).sorted())")
  }

  @Test func wrongVersionsAndStrangeFilesAreRefused() throws {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}"
    let four = try scratch.write(Self.bytes(header, data: Self.eight, version: 4), as: "four.npy")
    let version = try #require(throws: FileFormatError.self) { try Npy.read(contentsOf: four) }
    #expect(version.found == "4.0")
    let text = try scratch.write(Array("x,y\n1,2\n".utf8), as: "table.npy")
    let magic = try #require(throws: FileFormatError.self) { try Npy.read(contentsOf: text) }
    #expect(magic.location == "first bytes")
  }
}
