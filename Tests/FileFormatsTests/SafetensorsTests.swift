import FileFormats
import Foundation
import Tensors
import Testing

@Suite struct SafetensorsTests {
  private let scratch: ScratchDirectory

  init() throws {
    scratch = try ScratchDirectory()
  }

  /// Shapes of every rank, with extents 0 and 1, and every kind of Float32.
  private static func example() -> Safetensors {
    var generator = SplitMix64(seed: 1)
    var tensors: [String: Tensor] = [:]
    for shape in [
      [], [1], [0], [7], [3, 0, 2], [2, 3], [1, 2, 3], [2, 1, 2, 2], [1, 1, 2, 1, 3], [2, 1, 2, 1, 2, 1],
    ] {
      let count = shape.reduce(1, *)
      tensors["rank \(shape.count), \(count)"] = Tensor(generator.scalars(count), shape: shape)
    }
    let special: [Float] = [
      .nan, Float(bitPattern: 0xffc1_2345), .infinity, -.infinity, -0.0, .leastNonzeroMagnitude,
      .greatestFiniteMagnitude,
    ]
    tensors["special"] = Tensor(special, shape: [7])
    tensors["näme \"quoted\"\\\n\u{1}😀"] = Tensor([1.5], shape: [])
    tensors[""] = Tensor([2], shape: [1])
    return Safetensors(tensors: tensors, metadata: ["format": "pt", "note": "line\nbreak \u{7f} é 😀"])
  }

  private static func expectSame(_ found: Safetensors, _ expected: Safetensors) {
    #expect(found.metadata == expected.metadata)
    #expect(found.tensors.keys.sorted() == expected.tensors.keys.sorted())
    for (name, tensor) in expected.tensors {
      #expect(found.tensors[name]?.shape == tensor.shape, "\(name)")
      #expect(found.tensors[name]?.scalars.map(\.bitPattern) == tensor.scalars.map(\.bitPattern), "\(name)")
    }
  }

  @Test func everyBitSurvivesARoundTrip() throws {
    let url = scratch.file("a.safetensors")
    try Self.example().write(to: url)
    Self.expectSame(try Safetensors(contentsOf: url), Self.example())
    #expect(try scratch.names() == ["a.safetensors"])
  }

  @Test func contentsWithoutTensorsSurviveARoundTrip() throws {
    let url = scratch.file("empty.safetensors")
    try Safetensors().write(to: url)
    Self.expectSame(try Safetensors(contentsOf: url), Safetensors())
  }

  @Test func theFileIsTheDocumentedBytes() throws {
    let url = scratch.file("bytes.safetensors")
    try Safetensors(tensors: ["b": Tensor([1], shape: [1]), "a": Tensor([-2, 0.5], shape: [2])]).write(to: url)
    let header =
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#
    #expect(header.utf8.count == 108)
    let data: [UInt8] = [0, 0, 0, 0xc0, 0, 0, 0, 0x3f, 0, 0, 0x80, 0x3f]
    #expect(try fileBytes(url) == [112, 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8) + [32, 32, 32, 32] + data)
  }

  @Test(.enabled(if: PythonInterpreter.hasSafetensors, "python3 has no safetensors"))
  func pythonReadsWhatWeWrite() throws {
    let url = scratch.file("ours.safetensors")
    try Self.example().write(to: url)
    let script = """
      import sys
      from safetensors import safe_open
      with safe_open(sys.argv[1], framework="np") as f:
          for key, value in sorted((f.metadata() or {}).items()):
              print(key.encode().hex(), value.encode().hex())
          for name in f.keys():
              t = f.get_tensor(name)
              assert t.dtype == "<f4", t.dtype
              print("t" + name.encode().hex(), list(t.shape), t.tobytes().hex())
      """
    func hex(_ bytes: some Sequence<UInt8>) -> String {
      bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    let example = Self.example()
    let metadata = example.metadata.map { "\(hex($0.key.utf8)) \(hex($0.value.utf8))" }
    let tensors = example.tensors.map { name, tensor in
      "t\(hex(name.utf8)) \(tensor.shape) "
        + hex(
          tensor.scalars.flatMap { scalar in
            (0..<4).map { UInt8(truncatingIfNeeded: scalar.bitPattern >> (8 * $0)) }
          })
    }
    let lines = try PythonInterpreter.run(script, [url.path]).split(separator: "\n").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    #expect(lines.sorted() == (metadata + tensors).map { $0.trimmingCharacters(in: .whitespaces) }.sorted())
  }

  @Test(.enabled(if: PythonInterpreter.hasSafetensors, "python3 has no safetensors"))
  func weReadEveryTypePythonWrites() throws {
    let url = scratch.file("theirs.safetensors")
    let script = """
      import sys, numpy as np
      from safetensors.numpy import save_file
      tensors = {t: np.array([[0, 1, 100], [3, 127, 2]], dtype=t) for t in
                 "float64 float32 float16 int64 int32 int16 int8 uint64 uint32 uint16 uint8".split()}
      tensors["bool"] = np.array([[False, True, True], [False, False, True]])
      tensors["negative"] = np.array([-128, -1], dtype=np.int8)
      tensors["large"] = np.array([2**63 - 1, -2**63, 16777217, 16777219], dtype=np.int64)
      tensors["halves"] = np.array([6e-8, -6.1e-5, 65504, -np.inf, np.nan, -0.0], dtype=np.float16)
      tensors["doubles"] = np.array([np.pi, 1e-50, np.inf], dtype=np.float64)
      save_file(tensors, sys.argv[1], metadata={"by": "python"})
      """
    try PythonInterpreter.run(script, [url.path])
    let file = try Safetensors(contentsOf: url)
    #expect(file.metadata == ["by": "python"])
    #expect(file.tensors.count == 16)
    for type in "float64 float32 float16 int64 int32 int16 int8 uint64 uint32 uint16 uint8".split(separator: " ") {
      #expect(file.tensors[String(type)]?.scalars == [0, 1, 100, 3, 127, 2], "\(type)")
      #expect(file.tensors[String(type)]?.shape == [2, 3], "\(type)")
    }
    #expect(file.tensors["bool"]?.scalars == [0, 1, 1, 0, 0, 1])
    #expect(file.tensors["negative"]?.scalars == [-128, -1])
    #expect(file.tensors["large"]?.scalars == [0x1p63, -0x1p63, 16_777_216, 16_777_220])
    let halves = try #require(file.tensors["halves"]?.scalars)
    // 6e-8 and 6.1e-5 are rounded by NumPy to the nearest halves, the smallest and a subnormal one.
    #expect(halves[0] == 0x1p-24)
    #expect(halves[1] == -1023 * 0x1p-24)
    #expect(halves[2...3] == [65504, -.infinity])
    #expect(halves[4].isNaN)
    #expect(halves[5] == 0 && halves[5].sign == .minus)
    #expect(file.tensors["doubles"]?.scalars == [.pi.nextUp, 0, .infinity])
  }

  @Test func brainFloatsAreTheUpperHalvesOfFloats() throws {
    let header = #"{"x":{"dtype":"BF16","shape":[3],"data_offsets":[0,6]}}"#
    let prefix = [UInt8(header.utf8.count)] + [UInt8](repeating: 0, count: 7)
    let url = try scratch.write(prefix + Array(header.utf8) + [0x80, 0x3f, 0x49, 0xc0, 0x80, 0x7f], as: "bf16")
    #expect(try Safetensors(contentsOf: url).tensors["x"]?.scalars == [1, -3.140625, .infinity])
  }

  @Test func everyHalfIsConvertedExactly() throws {
    let header = #"{"x":{"dtype":"F16","shape":[65536],"data_offsets":[0,131072]}}"#
    let prefix = [UInt8(header.utf8.count)] + [UInt8](repeating: 0, count: 7)
    let data = (0..<65_536).flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
    let url = try scratch.write(prefix + Array(header.utf8) + data, as: "f16")
    let scalars = try #require(try Safetensors(contentsOf: url).tensors["x"]?.scalars)
    for (bits, scalar) in scalars.enumerated() {
      let exponent = bits >> 10 & 31
      let fraction = Double(bits & 1023)
      let magnitude =
        switch exponent {
        case 31: fraction == 0 ? Double.infinity : .nan
        case 0: fraction * 0x1p-24
        default: (1 + fraction / 1024) * Double(sign: .plus, exponent: exponent - 15, significand: 1)
        }
      let expected = bits >> 15 == 1 ? -magnitude : magnitude
      #expect(Double(scalar) == expected || (scalar.isNaN && expected.isNaN), "half \(bits)")
      #expect((scalar.sign == .minus) == (bits >> 15 == 1), "half \(bits)")
    }
  }

  /// A hundred thousand tensors take time in proportion to their number; in proportion to its square it would be hours.
  @Test(.timeLimit(.minutes(1))) func manyTensors() throws {
    let url = scratch.file("many.safetensors")
    let names = (0..<100_000).map { "layer.\($0).weight" }
    let tensor = Tensor([1], shape: [1])
    try Safetensors(tensors: Dictionary(uniqueKeysWithValues: names.map { ($0, tensor) })).write(to: url)
    #expect(try Safetensors(contentsOf: url).tensors.keys.sorted() == names.sorted())
  }
}
