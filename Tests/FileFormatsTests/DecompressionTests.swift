import FileFormats
import Tensors
import Testing

@Suite struct DecompressionTests {
  /// Inputs that take every kind of block: stored, fixed codes, own codes, long and overlapping repetitions.
  private static func inputs() -> [[UInt8]] {
    var generator = SplitMix64(seed: 4)
    let text = (0..<3_000).map { UInt8(97 + ($0 * $0 / 7) % 13) }
    let sparse = generator.bytes(60_000).map { $0 < 20 ? $0 : 0 }
    let few = generator.bytes(20_000).map { $0 & 3 }
    let far = generator.bytes(32_768)
    return [
      [], [7], [1, 2, 3], [UInt8](repeating: 9, count: 100_000), text, sparse, few, generator.bytes(70_000),
      far + far,
    ]
  }

  @Test func whatIsCompressedComesBack() throws {
    for input in Self.inputs() {
      let stream = Deflate.compress(input)
      let result = try Deflate.decompress(stream[...] + [1, 2, 3], count: input.count)
      #expect(result.bytes == input, "\(input.count) bytes")
      #expect(result.used == stream.count)
      #expect(try ReferenceInflate.decode(stream) == input)
    }
  }

  @Test(.enabled(if: PythonInterpreter.hasNumPy, "python3 is missing"))
  func whatOthersCompressComesBack() throws {
    let script = """
      import sys, zlib
      for strategy in [zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE]:
          for level in [0, 1, 6, 9]:
              data = bytes((i * i // 5) % 251 if i % 3 else i % 7 for i in range(50_000))
              c = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy)
              print((c.compress(data) + c.flush()).hex())
      """
    let expected = (0..<50_000).map { (i: Int) -> UInt8 in i % 3 != 0 ? UInt8(i * i / 5 % 251) : UInt8(i % 7) }
    let lines = try PythonInterpreter.run(script).split(separator: "\n")
    #expect(lines.count == 16)
    for line in lines {
      let digits = line.utf8.map { (byte: UInt8) -> UInt8 in byte < 58 ? byte - 48 : byte - 87 }
      let stream = (0..<digits.count / 2).map { (index: Int) -> UInt8 in digits[2 * index] << 4 | digits[2 * index + 1]
      }
      #expect(try Deflate.decompress(stream[...], count: 50_000).bytes == expected)
    }
  }

  @Test func aWrongLengthIsRefused() throws {
    let stream = Deflate.compress([UInt8](repeating: 5, count: 1_000))
    let more = try #require(throws: Deflate.Malformed.self) { try Deflate.decompress(stream[...], count: 999) }
    #expect(more.found == "more than 999 bytes")
    let fewer = try #require(throws: Deflate.Malformed.self) { try Deflate.decompress(stream[...], count: 1_001) }
    #expect(fewer.found == "1000 bytes")
    // No memory is taken for what a few bytes cannot stand for.
    #expect(throws: Deflate.Malformed.self) { try Deflate.decompress(stream[...], count: 1 << 50) }
    #expect(throws: Deflate.Malformed.self) { try Deflate.decompress(stream[...], count: -1) }
  }

  @Test func everyPrefixIsRefused() throws {
    let input = (0..<2_000).map { UInt8(truncatingIfNeeded: $0 * $0 / 11) }
    let stream = Deflate.compress(input)
    for length in stream.indices {
      #expect(throws: Deflate.Malformed.self, "\(length)") {
        try Deflate.decompress(stream[..<length], count: input.count)
      }
    }
  }

  /// Neither a trap nor a wrong length, whatever the bytes are.
  @Test func damagedStreamsAreRefusedOrOfTheRightLength() throws {
    let input = (0..<3_000).map { UInt8(truncatingIfNeeded: $0 / 3 * 7) }
    let stream = Deflate.compress(input)
    var refused = 0
    for position in stream.indices {
      for bit in 0..<8 {
        var damaged = stream
        damaged[position] ^= 1 << bit
        do throws(Deflate.Malformed) {
          #expect(try Deflate.decompress(damaged[...], count: input.count).bytes.count == input.count)
        } catch { refused += 1 }
      }
    }
    #expect(refused > 300)
    var generator = SplitMix64(seed: 12)
    for _ in 0..<2_000 {
      let noise = generator.bytes(60)
      do throws(Deflate.Malformed) { _ = try Deflate.decompress(noise[...], count: 500) } catch { continue }
    }
  }
}
