private import Foundation
internal import TensorGraph

/// Philox 4x32-10 (Salmon et al., *Parallel random numbers: as easy as 1, 2, 3*, 2011) and the numbers made from it.
package struct Philox {
  private let key: (UInt32, UInt32)

  package init(key: (UInt32, UInt32)) {
    self.key = key
  }

  /// The four words of a counter: ten rounds, the key advanced by Weyl constants between them.
  package func block(_ counter: [UInt32]) -> [UInt32] { Philox.block(counter, key: key) }

  private static func block(_ counter: [UInt32], key: (UInt32, UInt32)) -> [UInt32] {
    var (c0, c1, c2, c3) = (counter[0], counter[1], counter[2], counter[3])
    var (k0, k1) = key
    for _ in 0..<10 {
      let first = c0.multipliedFullWidth(by: 0xd251_1f53)
      let second = c2.multipliedFullWidth(by: 0xcd9e_8d57)
      (c0, c1, c2, c3) = (second.high ^ c1 ^ k0, second.low, first.high ^ c3 ^ k1, first.low)
      (k0, k1) = (k0 &+ 0x9e37_79b9, k1 &+ 0xbb67_ae85)
    }
    return [c0, c1, c2, c3]
  }

  /// A draw's numbers: element i, row-major, is word i % 64 / 16 of the block with the number i / 64 · 16 + i % 16, whose
  /// counter is (number in two words, lower word of the iteration, stream). The upper word of the iteration, spread by
  /// SplitMix64's finaliser, changes the key.
  func numbers(_ draw: RandomDraw, iteration: Int) -> [Double] {
    let upper = SplitMix64.finalized(UInt64(iteration) >> 32)
    let key = (key.0 ^ UInt32(truncatingIfNeeded: upper), key.1 ^ UInt32(upper >> 32))
    return (0..<draw.shape.reduce(1, *)).map { element in
      let number = element / 64 * 16 + element % 16
      let word = element % 64 / 16
      let counter = [number, number >> 32, iteration].map { UInt32(truncatingIfNeeded: $0) } + [draw.stream]
      let uniforms = Philox.block(counter, key: key).map(Philox.uniform)
      switch draw.distribution {
      case .uniform:
        return uniforms[word]
      case .normal:
        // Box–Muller on words (0, 1) and (2, 3): cosine first, then sine.
        let radius = (-2 * log(uniforms[word / 2 * 2])).squareRoot()
        let angle = 2 * Double.pi * uniforms[word / 2 * 2 + 1]
        return radius * (word % 2 == 0 ? cos(angle) : sin(angle))
      }
    }
  }

  /// word / 2³² + 1 / 2³³ in single precision, inside (0, 1).
  private static func uniform(_ word: UInt32) -> Double {
    Double(min(Float(word) * 0x1p-32 + 0x1p-33, Float(1).nextDown))
  }
}
