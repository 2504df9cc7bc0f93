import CKernels
import Foundation
import Testing

@Suite("Elementwise kernels at special values")
struct ElementwiseSpecialValueTests {
  @Test("one operand: limits, poles and domains")
  func oneOperand() {
    let infinity = Float.infinity
    let expected: [(ck_opcode, Float, Float)] = [
      (CK_EXP, infinity, infinity), (CK_EXP, -infinity, 0), (CK_EXP, 89, infinity), (CK_EXP, -200, 0), (CK_EXP, 0, 1),
      (CK_EXPM1, infinity, infinity), (CK_EXPM1, -infinity, -1), (CK_EXPM1, 0, 0), (CK_EXPM1, 1e-30, 1e-30),
      (CK_LOG, 0, -infinity), (CK_LOG, -1, .nan), (CK_LOG, infinity, infinity), (CK_LOG, 1, 0),
      (CK_LOG, -infinity, .nan),
      (CK_LOG1P, -1, -infinity), (CK_LOG1P, -2, .nan), (CK_LOG1P, infinity, infinity), (CK_LOG1P, 1e-30, 1e-30),
      (CK_SQRT, -1, .nan), (CK_SQRT, infinity, infinity), (CK_RSQRT, 0, infinity), (CK_RSQRT, infinity, 0),
      (CK_RSQRT, -1, .nan), (CK_RECIPROCAL, 0, infinity), (CK_RECIPROCAL, infinity, 0),
      (CK_SIN, infinity, .nan), (CK_COS, infinity, .nan), (CK_TAN, -infinity, .nan), (CK_COS, 0, 1), (CK_SIN, 0, 0),
      (CK_ATAN, infinity, 1.5707964), (CK_ATAN, -infinity, -1.5707964),
      (CK_TANH, infinity, 1), (CK_TANH, -infinity, -1), (CK_TANH, 1e-30, 1e-30), (CK_TANH, -50, -1),
      (CK_SIGMOID, infinity, 1), (CK_SIGMOID, -infinity, 0), (CK_SIGMOID, 0, 0.5), (CK_SIGMOID, -200, 0),
      (CK_SOFTPLUS, infinity, infinity), (CK_SOFTPLUS, -infinity, 0), (CK_SOFTPLUS, 1000, 1000),
      (CK_SIGN, 0, 0), (CK_SIGN, -3, -1), (CK_SIGN, infinity, 1), (CK_FLOOR, -1.5, -2), (CK_FLOOR, 1e30, 1e30),
      (CK_ABS, -infinity, infinity), (CK_NEGATE, 2, -2), (CK_COPY, -7, -7), (CK_SQUARE, 1e30, infinity),
    ]
    for (opcode, x, y) in expected {
      let value = elementwise(opcode, [x])[0]
      #expect(value == y || (value.isNaN && y.isNaN), "opcode \(opcode.rawValue) of \(x) is \(value), not \(y)")
    }
  }

  @Test("NaN goes through every operation of numbers", arguments: 0..<Int(CK_LESS.rawValue))
  func notANumber(opcode: Int) {
    let opcode = ck_opcode(UInt32(opcode))
    let pairs: [(Float, Float)] =
      opcode.rawValue < CK_ADD.rawValue ? [(.nan, .nan)] : [(.nan, 1), (1, .nan), (.nan, 0), (.nan, .nan)]
    for (a, b) in pairs { #expect(elementwise(opcode, [a], [b])[0].isNaN, "opcode \(opcode.rawValue) of \(a), \(b)") }
  }

  @Test("comparisons give 0 or 1, and 0 with NaN")
  func comparisons() {
    let a: [Float] = [1, 2, 2, .nan, 1, -.infinity, 0]
    let b: [Float] = [2, 1, 2, 1, .nan, .infinity, -0.0]
    #expect(elementwise(CK_LESS, a, b) == [1, 0, 0, 0, 0, 1, 0])
    #expect(elementwise(CK_LESS_EQUAL, a, b) == [1, 0, 1, 0, 0, 1, 1])
    #expect(elementwise(CK_EQUAL, a, b) == [0, 0, 1, 0, 0, 0, 1])
  }

  @Test("arithmetic, selection and the fused product")
  func arithmetic() {
    let a: [Float] = [1, -2, 0, 1e30]
    let b: [Float] = [3, 4, 0, 1e30]
    let c: [Float] = [5, 6, 7, -.infinity]
    #expect(elementwise(CK_ADD, a, b) == [4, 2, 0, 2e30])
    #expect(elementwise(CK_SUBTRACT, a, b) == [-2, -6, 0, 0])
    #expect(identical(elementwise(CK_MULTIPLY, a, b), [3, -8, 0, .infinity]))
    #expect(identical(elementwise(CK_DIVIDE, a, b), [1 / 3, -0.5, .nan, 1]))
    #expect(elementwise(CK_MINIMUM, a, b) == [1, -2, 0, 1e30])
    #expect(elementwise(CK_MAXIMUM, a, b) == [3, 4, 0, 1e30])
    #expect(elementwise(CK_SELECT, a, b, c) == [3, 4, 7, 1e30])
    #expect(elementwise(CK_MULTIPLY_ADD, a, b, c) == [8, -2, 7, -.infinity])
    // One rounding: (1 + e)^2 - (1 + 2e) leaves e^2, which a rounded product would lose.
    let e: Float = 0x1p-13
    #expect(elementwise(CK_MULTIPLY_ADD, [1 + e], [1 + e], [-(1 + 2 * e)]) == [e * e])
  }

  @Test("power has C's rules for signs, zeros and infinities; NaN always wins")
  func power() {
    let values: [Float] = [
      0, -0.0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 1.5, -1.5, .infinity, -.infinity, 0x1p-140, -0x1p-140, 1e30, 16_777_216,
      8_388_609, -7, .nan,
    ]
    for x in values {
      let y = elementwise(CK_POWER, Array(repeating: x, count: values.count), values)
      for (exponent, value) in zip(values, y) {
        let exact = x.isNaN || exponent.isNaN ? .nan : Foundation.pow(Double(x), Double(exponent))
        #expect(ulps(value, exact) <= 0.6, "\(x)^\(exponent) = \(value), not \(exact)")
        #expect(value.isNaN || value.sign == exact.sign, "the sign of \(x)^\(exponent)")
      }
    }
  }
}
