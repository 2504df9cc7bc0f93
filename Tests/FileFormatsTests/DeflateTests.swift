import FileFormats
import Foundation
import Tensors
import Testing

@Suite struct DeflateTests {
  /// Inputs for every kind of block, every length of match and every range of distances.
  private static func inputs() -> [[UInt8]] {
    var generator = SplitMix64(seed: 3)
    var inputs: [[UInt8]] = [[], [0], [1, 2], [7, 7, 7], Array("abcabcabcabcabc".utf8)]
    inputs.append(generator.bytes(70_000))
    inputs.append([UInt8](repeating: 0, count: 300_000))
    inputs.append((0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 3) })
    inputs.append(generator.bytes(200_000).map { $0 & 3 })
    inputs.append(generator.bytes(100_000).map { UInt8($0.trailingZeroBitCount) })
    for distance in [1, 2, 3, 4, 5, 257, 4_096, 32_766, 32_767, 32_768, 32_769] {
      let block = generator.bytes(distance)
      inputs.append(block + block.prefix(300) + generator.bytes(3) + block.prefix(20))
    }
    for length in 250...262 { inputs.append([1] + [UInt8](repeating: 9, count: length) + [2]) }
    var mixed: [UInt8] = []
    while mixed.count < 150_000 {
      let count = Int.random(in: 1...400, using: &generator)
      if mixed.count > 1_000, Bool.random(using: &generator) {
        let start = Int.random(in: 0..<mixed.count - count, using: &generator)
        mixed += Array(mixed[start..<start + count])
      } else {
        mixed += generator.bytes(count).map { $0 & 31 }
      }
    }
    inputs.append(mixed)
    return inputs
  }

  @Test func everyInputIsDecompressedToItself() throws {
    for (index, input) in Self.inputs().enumerated() {
      let compressed = Deflate.compress(input)
      #expect(try ReferenceInflate.decode(compressed) == input, "input \(index)")
      // The stored form bounds what incompressible input can grow by: 5 bytes for 65,535, and a block has 32,768 tokens.
      #expect(compressed.count <= input.count + 5 * (input.count / 32_768 + 1), "input \(index)")
    }
  }

  @Test(.enabled(if: PythonInterpreter.hasNumPy, "no python3"))
  func pythonDecompressesEveryInput() throws {
    let scratch = try ScratchDirectory()
    let inputs = Self.inputs()
    for (index, input) in inputs.enumerated() {
      _ = try scratch.write(input, as: "\(index).raw")
      _ = try scratch.write(Deflate.zlib(input), as: "\(index).z")
    }
    let script = """
      import sys, zlib
      for i in range(int(sys.argv[2])):
          raw, packed = (open(f"{sys.argv[1]}/{i}.{e}", "rb").read() for e in ("raw", "z"))
          d = zlib.decompressobj()
          assert d.decompress(packed) == raw and d.eof and not d.unused_data, i
          assert len(packed) <= 1.15 * len(zlib.compress(raw, 6)) + 64, (i, len(packed), len(zlib.compress(raw, 6)))
      """
    try PythonInterpreter.run(script, [scratch.url.path, "\(inputs.count)"])
  }

  @Test func checksumsAgreeWithThePublishedCheckValues() {
    let digits = Array("123456789".utf8)
    #expect(Checksum.crc32(digits) == 0xcbf4_3926)
    #expect(Checksum.crc32([]) == 0)
    // By the definition, a bit at a time, for lengths around the eight bytes that go together, in any pieces.
    for count in 0..<40 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ 7) }
      var expected = UInt32.max
      for byte in bytes {
        expected ^= UInt32(byte)
        for _ in 0..<8 { expected = (expected & 1 == 1 ? 0xedb8_8320 : 0) ^ (expected >> 1) }
      }
      #expect(Checksum.crc32(bytes) == ~expected, "\(count)")
      var pieces = CRC32()
      for start in stride(from: 0, to: count, by: 11) {
        bytes[start..<min(start + 11, count)].withUnsafeBytes { pieces.add($0) }
      }
      #expect(pieces.value == ~expected, "\(count) in pieces")
    }
    #expect(Checksum.adler32(digits) == 0x091e_01de)
    #expect(Checksum.adler32([]) == 1)
  }

  @Test func adlerDoesNotOverflowOnTheLargestBytes() {
    let count = 20_000
    var sum = 1
    var sumOfSums = 0
    for _ in 0..<count {
      sum = (sum + 255) % 65_521
      sumOfSums = (sumOfSums + sum) % 65_521
    }
    #expect(Checksum.adler32([UInt8](repeating: 255, count: count)) == UInt32(sumOfSums << 16 | sum))
  }

  @Test func aHuffmanCodeIsCompleteAndKeepsItsLimit() {
    var generator = SplitMix64(seed: 4)
    var fibonacci = [1, 1]
    while fibonacci.count < 30 { fibonacci.append(fibonacci[fibonacci.count - 1] + fibonacci[fibonacci.count - 2]) }
    var cases: [[Int]] = [[0, 0], [5, 0, 0], [0, 0, 3], [1, 1], Array(fibonacci.prefix(19)), fibonacci]
    for _ in 0..<50 { cases.append((0..<19).map { _ in Int.random(in: 0...9, using: &generator) }) }
    for frequencies in cases {
      for limit in [5, 7, 15] {
        let code = HuffmanCode(frequencies: frequencies, limit: limit)
        #expect(code.lengths.allSatisfy { $0 <= limit })
        // Kraft's sum of a complete code is exactly one.
        #expect(code.lengths.reduce(0) { $0 + ($1 > 0 ? 1 << (limit - $1) : 0) } == 1 << limit)
        #expect(zip(frequencies, code.lengths).allSatisfy { $0 == 0 || $1 > 0 })
      }
    }
  }

  /// With a limit that does not bind, the cost is that of Huffman's own construction: the sum of all merged weights.
  @Test func aHuffmanCodeIsOptimal() {
    var generator = SplitMix64(seed: 5)
    for _ in 0..<50 {
      let frequencies = (0..<12).map { _ in Int.random(in: 1...100, using: &generator) }
      var weights = frequencies
      var optimum = 0
      while weights.count > 1 {
        weights.sort(by: >)
        let merged = weights.removeLast() + weights.removeLast()
        optimum += merged
        weights.append(merged)
      }
      let lengths = HuffmanCode(frequencies: frequencies, limit: 15).lengths
      #expect(zip(frequencies, lengths).reduce(0) { $0 + $1.0 * $1.1 } == optimum)
    }
  }

  /// Five symbols and at most 3 bits: few enough assignments of lengths to try all that satisfy Kraft's inequality.
  @Test func aLimitedHuffmanCodeIsOptimalAmongAllCodes() {
    var generator = SplitMix64(seed: 6)
    for _ in 0..<50 {
      let frequencies = (0..<5).map { _ in Int.random(in: 1...200, using: &generator) }
      var optimum = Int.max
      for combination in 0..<243 {
        let lengths = (0..<5).map { combination / [1, 3, 9, 27, 81][$0] % 3 + 1 }
        guard lengths.reduce(0, { $0 + 1 << (3 - $1) }) <= 8 else { continue }
        optimum = min(optimum, zip(frequencies, lengths).reduce(0) { $0 + $1.0 * $1.1 })
      }
      let lengths = HuffmanCode(frequencies: frequencies, limit: 3).lengths
      #expect(zip(frequencies, lengths).reduce(0) { $0 + $1.0 * $1.1 } == optimum)
    }
  }
}
