import EBMCore
import Foundation
import Tensors

/// Standard normal numbers, the same for the same seed.
func normals(_ count: Int, seed: UInt64) -> [Float] {
  CompiledFunction { _, context in [context.random.normal([count])] }([], key: RandomKey(seed: seed))[0].scalars
}

/// Mean of numbers.
func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

/// Standard deviation of numbers.
func deviation(_ values: [Double]) -> Double {
  let center = mean(values)
  return (values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(values.count - 1)).squareRoot()
}

/// Whether an estimate is within so many of its own standard errors of a value, 4 by default.
func isNear(_ figure: Figure?, _ value: Double, errors: Double = 4) -> Bool {
  guard let figure, let error = figure.standardError, error > 0 else { return false }
  return abs(figure.value - value) < errors * error
}

extension [Figure] {
  /// The value of a name.
  subscript(name: String) -> Figure? { first { $0.name == name } }
}
