private import Foundation
internal import Tensors

// What is drawn outside of programs, so that reference draws do not depend on what is being checked.
extension SplitMix64 {
  /// Uniform on (0, 1), ends excluded.
  mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

  /// Standard normal, by Box and Muller.
  mutating func normal() -> Double { (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform()) }
}
