/// Bytes of a binary file, number by number, one of which may be another than it should be.
///
/// A file that is right but for one of its lengths, counts or offsets gets further into a reader than one whose bytes
/// were changed at random.
struct FieldWriter {
  private(set) var bytes: [UInt8] = []
  private var untilWrong: Int
  private let wrong: UInt64

  /// A writer that makes one of the first numbers wrong, or none.
  init(_ random: inout InputGenerator) {
    untilWrong = random.isOne(in: 2) ? random.below(24) : -1
    wrong = random.isOne(in: 2) ? random.pick(ByteMutation.boundaries) : UInt64(random.below(70_000))
  }

  /// Writes a number, least significant byte first.
  mutating func number(_ value: Int, _ width: Int, isBigEndian: Bool = false) {
    let value = untilWrong == 0 ? wrong : UInt64(truncatingIfNeeded: value)
    untilWrong -= 1
    let little = (0..<width).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    bytes += isBigEndian ? little.reversed() : little
  }

  /// Writes bytes as they are.
  mutating func raw(_ content: some Sequence<UInt8>) { bytes += content }
}

extension InputGenerator {
  /// Changes half of the inputs once more, as bytes.
  mutating func roughen(_ bytes: inout [UInt8], with other: [UInt8] = []) {
    if isOne(in: 2) { ByteMutation.apply(to: &bytes, other: other, &self) }
  }
}
