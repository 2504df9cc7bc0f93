package import TensorGraph

extension SplitMix64 {
  /// Numbers uniform in a range, each exact as a Float, so that an engine of Floats is given the same input.
  package mutating func scalars(_ count: Int, in range: ClosedRange<Double>) -> [Double] {
    (0..<count).map { _ in Double(Float(Double.random(in: range, using: &self))) }
  }
}
