// Swift-friendly calls of the C kernels, and the measure of error, for the tests of this folder.

import CKernels

/// The result of one instruction over whole arrays.
func elementwise(_ opcode: ck_opcode, _ a: [Float], _ b: [Float] = [], _ c: [Float] = []) -> [Float] {
  var out = [Float](repeating: -12345, count: a.count)
  ck_elementwise(opcode, &out, a, b.isEmpty ? a : b, c.isEmpty ? a : c, Int64(a.count))
  return out
}

/// The distance of `value` from `exact`, in units of the last place of a Float near `exact`.
///
/// A NaN is at distance 0 from a NaN; results that overflow must be infinite; 2^-149 is the unit below 2^-126.
func ulps(_ value: Float, _ exact: Double) -> Double {
  let rounded = Float(exact)
  if rounded.isNaN || rounded.isInfinite || value.isNaN || value.isInfinite {
    return value == rounded || (value.isNaN && rounded.isNaN) ? 0 : .infinity
  }
  let exponent = max(exact == 0 ? -149 : exact.exponent, -126)
  return (Double(value) - exact).magnitude / Double(sign: .plus, exponent: Int(exponent) - 23, significand: 1)
}

/// Whether two arrays hold the same bits, where any NaN equals any NaN.
func identical(_ a: [Float], _ b: [Float]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }
}

/// Reproducible numbers in a range, unrelated to the generator under test (a linear congruential sequence).
func numbers(_ count: Int, in range: ClosedRange<Float> = -2...2, seed: UInt64 = 1) -> [Float] {
  var state = seed
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let fraction = Float(state >> 40) * 0x1p-24
    return range.lowerBound + (range.upperBound - range.lowerBound) * fraction
  }
}
