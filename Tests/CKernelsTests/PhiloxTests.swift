import CKernels
import Foundation
import Testing

@Suite("Philox 4x32-10")
struct PhiloxTests {
  static let random = ck_random(key: (0x1234_5678, 0x9abc_def0), stream: 3, iteration: 41)

  /// Ranges of elements: ends inside blocks, chunks and vectors; elements whose block number takes two words.
  static let ranges: [Range<Int>] = [
    0..<1, 0..<2, 3..<4, 0..<64, 1..<65, 2..<1_023, 0..<1_024, 4..<1_033, 1_000..<5_000, 0..<3_072,
    (1 << 34) - 1_026..<(1 << 34) + 1_030,
  ]

  typealias Fill = @Sendable (UnsafeMutablePointer<Float>?, ck_random, Int64, Int64) -> Void

  /// The vectors published with Random123 (file kat_vectors).
  @Test("known answers")
  func knownAnswers() {
    let cases: [(counter: [UInt32], key: [UInt32], words: [UInt32])] = [
      ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
      (
        [.max, .max, .max, .max], [.max, .max],
        [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
      ),
      (
        [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ]
    for (counter, key, expected) in cases { #expect(words(counter, key) == expected) }
  }

  /// Element i is word i % 64 / 16 of block i / 64 · 16 + i % 16.
  @Test("uniforms are the rounded words of their blocks", arguments: ranges)
  func uniforms(range: Range<Int>) {
    let values = filled(range, ck_random_uniform)
    for element in range {
      let word = block(of: element)[element % 64 / 16]
      let exact = Float(word) * 0x1p-32 + 0x1p-33
      #expect(values[element - range.lowerBound] == min(exact, Float(1).nextDown))
    }
  }

  /// Tolerance: the radius is at most 6.8 and carries about 3 roundings, the angle's functions 2 more of values up
  /// to 1, so 5 units of 2^-24 times the radius.
  @Test("normals are Box-Muller of the words", arguments: ranges)
  func normals(range: Range<Int>) {
    let values = filled(range, ck_random_normal)
    for element in range {
      let words = block(of: element)
      let word = element % 64 / 16
      let uniform = min(Float(words[word / 2 * 2]) * 0x1p-32 + 0x1p-33, Float(1).nextDown)
      let radius = (-2 * log(Double(uniform))).squareRoot()
      let angle = 2 * Double.pi * (Double(words[word / 2 * 2 + 1]) + 0.5) * 0x1p-32
      let exact = radius * (word % 2 == 0 ? cos(angle) : sin(angle))
      let error = (Double(values[element - range.lowerBound]) - exact).magnitude
      #expect(error <= 5 * 0x1p-24 * radius, "element \(element)")
    }
  }

  @Test("any cut into calls gives the same bits", arguments: ranges)
  func cuts(range: Range<Int>) {
    let fills: [Fill] = [ck_random_uniform, ck_random_normal]
    for fill in fills {
      let whole = filled(range, fill)
      var pieces = [Float](repeating: -9, count: whole.count)
      var first = 0
      var length = 1
      while first < whole.count {
        let count = min(length, whole.count - first)
        var piece = [Float](repeating: -9, count: count + 16)
        piece.withUnsafeMutableBufferPointer { buffer in
          let start = buffer.baseAddress.map { $0 + 8 }
          fill(start, Self.random, Int64(range.lowerBound + first), Int64(count))
        }
        let outside = piece[..<8] + piece[(count + 8)...]
        #expect(outside.allSatisfy { $0 == -9 }, "elements outside the range stay untouched")
        pieces.replaceSubrange(first..<first + count, with: piece[8..<count + 8])
        first += count
        length = length * 5 % 1237 + 1
      }
      #expect(identical(whole, pieces))
    }
  }

  /// Each moment of n draws has standard error sqrt(variance of the power / n); 5 of them are allowed, with the
  /// variances 1, 2, 15 and 96 of z, z^2, z^3 and z^4.
  @Test("normals have the moments of a standard normal")
  func moments() {
    let values = filled(0..<200_000, ck_random_normal).map(Double.init)
    let count = Double(values.count)
    for (power, (mean, variance)) in [(0.0, 1.0), (1.0, 2.0), (0.0, 15.0), (3.0, 96.0)].enumerated() {
      let moment = values.reduce(0) { $0 + pow($1, Double(power + 1)) } / count
      #expect((moment - mean).magnitude < 5 * (variance / count).squareRoot(), "moment \(power + 1)")
    }
    // Cosines and sines of one radius: the correlation has standard error 1 / sqrt(pairs).
    let cosines = values.indices.filter { $0 % 32 < 16 }
    let products = cosines.map { values[$0] * values[$0 + 16] }
    let pairs = Double(products.count)
    #expect((products.reduce(0, +) / pairs).magnitude < 5 / pairs.squareRoot())
  }

  @Test("key, stream and iteration all matter")
  func distinctStreams() {
    var variants = [Self.random, Self.random, Self.random, Self.random, Self.random]
    variants[1].key.0 += 1
    variants[2].key.1 += 1
    variants[3].stream += 1
    variants[4].iteration += 1
    let draws = variants.map { variant in
      var values = [Float](repeating: 0, count: 64)
      ck_random_uniform(&values, variant, 0, 64)
      return values
    }
    #expect(Set(draws).count == variants.count)
  }

  /// Around 2²⁴, where a Float's integers end, around 2³², where a word does, and at the end of what counters hold.
  private static let seams: [UInt64] = [24, 32, 48, 56, 63].flatMap { power in
    (-2...2).map { UInt64(bitPattern: Int64(bitPattern: 1 << power) &+ $0) }
  }.filter { $0 < 1 << 63 }

  @Test("no two iterations have a number in common, and those below 2³² have the words of their block")
  func longRuns() {
    let draws = (Self.seams + [0, 1]).map { iteration in
      var random = Self.random
      random.iteration = iteration
      var values = [Float](repeating: 0, count: 64)
      ck_random_uniform(&values, random, 0, 64)
      return values
    }
    #expect(Set(draws).count == Self.seams.count + 2)
    for (iteration, values) in zip(Self.seams, draws) where iteration < 1 << 32 {
      let block = words([0, 0, UInt32(iteration), Self.random.stream], [Self.random.key.0, Self.random.key.1])
      #expect(values[0] == min(Float(block[0]) * 0x1p-32 + 0x1p-33, Float(1).nextDown))
    }
    // Chance makes 47 of 1,728 numbers of 24 bits equal once in 10 designs; equal draws would make 64.
    #expect(Set(draws.joined()).count > draws.count * 64 - 8)
  }

  @Test("counters hold every number below 2⁶³, in digits that are exact")
  func counters() {
    for number in Self.seams + [0, 1, 123_456_789_012_345_678] {
      var digits = [Float](repeating: -1, count: Int(CK_COUNTER_DIGITS))
      ck_counter_set(&digits, Int64(number))
      #expect(ck_counter_value(digits) == Int64(number))
      #expect(digits.allSatisfy { $0 >= 0 && $0 < 0x1p24 && $0 == $0.rounded() })
    }
  }

  private func words(_ counter: [UInt32], _ key: [UInt32]) -> [UInt32] {
    var out = [UInt32](repeating: 0, count: 4)
    ck_philox4x32(counter, key, &out)
    return out
  }

  private func block(of element: Int) -> [UInt32] {
    let number = element / 64 * 16 + element % 16
    return words(
      [UInt32(truncatingIfNeeded: number), UInt32(number >> 32), UInt32(Self.random.iteration), Self.random.stream],
      [Self.random.key.0, Self.random.key.1])
  }

  private func filled(_ range: Range<Int>, _ fill: Fill) -> [Float] {
    var out = [Float](repeating: -9, count: range.count)
    fill(&out, Self.random, Int64(range.lowerBound), Int64(out.count))
    return out
  }
}
