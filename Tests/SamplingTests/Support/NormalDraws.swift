import EBMCore
import Tensors

/// Standard normal numbers, the same for the same seed.
func normals(_ count: Int, seed: UInt64) -> [Float] {
  CompiledFunction { _, context in [context.random.normal([count])] }([], key: RandomKey(seed: seed))[0].scalars
}

/// Mean of numbers.
func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
