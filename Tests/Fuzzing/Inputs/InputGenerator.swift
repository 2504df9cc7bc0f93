private import Tensors

/// The random numbers of one input: SplitMix64, a function of the campaign's seed and the input's number.
package struct InputGenerator: RandomNumberGenerator, Sendable {
  private var generator: SplitMix64

  /// The numbers of an input.
  package init(seed: UInt64, number: Int) {
    generator = SplitMix64(seed: seed)
    generator = SplitMix64(seed: next() ^ UInt64(truncatingIfNeeded: number) &* 0xd134_2543_de82_ef95)
  }

  package mutating func next() -> UInt64 { generator.next() }

  /// An integer from 0 to `count` − 1; 0 for none.
  mutating func below(_ count: Int) -> Int { count > 0 ? Int.random(in: 0..<count, using: &self) : 0 }

  /// True once in `count` times on average.
  mutating func isOne(in count: Int) -> Bool { below(count) == 0 }

  /// One of the elements.
  mutating func pick<Choices: RandomAccessCollection>(_ choices: Choices) -> Choices.Element {
    choices[choices.index(choices.startIndex, offsetBy: below(choices.count))]
  }

  /// A random length: small ones are likely, and any up to `limit` is possible.
  mutating func length(_ limit: Int) -> Int { below(1 + below(1 + limit)) }

  /// Random bytes.
  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}
