/// An elementwise function of two operands that broadcast together.
package enum BinaryOperation: String, Hashable, Sendable, CaseIterable {
  case add, subtract, multiply, divide, power, minimum, maximum, less, lessOrEqual, equal
  /// Derivatives of the sigmoid and of tanh at a, b being their value there. What b has lost to rounding in the tails,
  /// where it is nearly 1, comes from a.
  case sigmoidSlope, tanhSlope

  /// The factor by which a change of one operand changes the result.
  enum Partial {
    case zero, one, minusOne
    case factor(Tensor)

    /// The factor times `x`, or nil for zero.
    func times(_ x: Tensor) -> Tensor? {
      switch self {
      case .zero: nil
      case .one: x
      case .minusOne: -x
      case .factor(let factor): x * factor
      }
    }
  }

  /// ∂y/∂a (operand 0) or ∂y/∂b (operand 1), given a, b and y. Slopes change with a alone: it makes b.
  func partial(operand: Int, _ a: Tensor, _ b: Tensor, _ y: Tensor) -> Partial {
    let isFirst = operand == 0
    switch self {
    case .add: return .one
    case .subtract: return isFirst ? .one : .minusOne
    case .multiply: return .factor(isFirst ? b : a)
    case .divide: return .factor(isFirst ? b.reciprocal() : -(y / b))
    case .power:
      // a⁰ is 1 at a = 0 too, where b aᵇ⁻¹ would be 0 · ∞.
      if isFirst { return .factor(Tensor.select(b .== 0, Tensor(constant: 0), b * a.raised(toOneLessThan: b))) }
      // 0ᵇ does not change with b, even where it is infinite; a NaN is no number below 0 and stays.
      return .factor(Tensor.select(a .<= 0, Tensor(constant: 0), y * a.logarithmAboveZero()))
    case .minimum, .maximum:
      // At a tie each operand takes half, as central differences say.
      let wins = (self == .minimum) == isFirst ? a .< b : b .< a
      return .factor(wins + 0.5 * (a .== b))
    case .less, .lessOrEqual, .equal: return .zero
    case .sigmoidSlope: return isFirst ? .factor(y * (1 - 2 * b)) : .zero
    case .tanhSlope: return isFirst ? .factor(-2 * (b * y)) : .zero
    }
  }

}

extension Tensor {
  static func binary(_ operation: BinaryOperation, _ a: Tensor, _ b: Tensor) -> Tensor {
    apply(.binary(operation), [a, b], shape: broadcastShape(of: operation.rawValue, a, b))
  }

  /// a + b, elementwise.
  public static func + (a: Tensor, b: Tensor) -> Tensor { binary(.add, a, b) }
  /// a + b, elementwise.
  public static func + (a: Tensor, b: Float) -> Tensor { a + Tensor(constant: b) }
  /// a + b, elementwise.
  public static func + (a: Float, b: Tensor) -> Tensor { Tensor(constant: a) + b }
  /// a − b, elementwise.
  public static func - (a: Tensor, b: Tensor) -> Tensor { binary(.subtract, a, b) }
  /// a − b, elementwise.
  public static func - (a: Tensor, b: Float) -> Tensor { a - Tensor(constant: b) }
  /// a − b, elementwise.
  public static func - (a: Float, b: Tensor) -> Tensor { Tensor(constant: a) - b }
  /// a · b, elementwise.
  public static func * (a: Tensor, b: Tensor) -> Tensor { binary(.multiply, a, b) }
  /// a · b, elementwise.
  public static func * (a: Tensor, b: Float) -> Tensor { a * Tensor(constant: b) }
  /// a · b, elementwise.
  public static func * (a: Float, b: Tensor) -> Tensor { Tensor(constant: a) * b }
  /// a / b, elementwise.
  public static func / (a: Tensor, b: Tensor) -> Tensor { binary(.divide, a, b) }
  /// a / b, elementwise.
  public static func / (a: Tensor, b: Float) -> Tensor { a / Tensor(constant: b) }
  /// a / b, elementwise.
  public static func / (a: Float, b: Tensor) -> Tensor { Tensor(constant: a) / b }

  /// 1 where a < b, else 0.
  public static func .< (a: Tensor, b: Tensor) -> Tensor { binary(.less, a, b) }
  /// 1 where a < b, else 0.
  public static func .< (a: Tensor, b: Float) -> Tensor { a .< Tensor(constant: b) }
  /// 1 where a ≤ b, else 0.
  public static func .<= (a: Tensor, b: Tensor) -> Tensor { binary(.lessOrEqual, a, b) }
  /// 1 where a ≤ b, else 0.
  public static func .<= (a: Tensor, b: Float) -> Tensor { a .<= Tensor(constant: b) }
  /// 1 where a > b, else 0.
  public static func .> (a: Tensor, b: Tensor) -> Tensor { b .< a }
  /// 1 where a > b, else 0.
  public static func .> (a: Tensor, b: Float) -> Tensor { Tensor(constant: b) .< a }
  /// 1 where a ≥ b, else 0.
  public static func .>= (a: Tensor, b: Tensor) -> Tensor { b .<= a }
  /// 1 where a ≥ b, else 0.
  public static func .>= (a: Tensor, b: Float) -> Tensor { Tensor(constant: b) .<= a }
  /// 1 where a = b, else 0; a NaN equals nothing.
  public static func .== (a: Tensor, b: Tensor) -> Tensor { binary(.equal, a, b) }
  /// 1 where a = b, else 0.
  public static func .== (a: Tensor, b: Float) -> Tensor { a .== Tensor(constant: b) }

  /// aᵇ, elementwise; for a < 0 defined at integer b only. The derivative with respect to b is taken as 0 where a ≤ 0.
  public func raised(to exponent: Tensor) -> Tensor { Tensor.binary(.power, self, exponent) }
  /// aᵇ, elementwise.
  public func raised(to exponent: Float) -> Tensor { raised(to: Tensor(constant: exponent)) }
  /// ln a where a is above 0, else 0.
  fileprivate func logarithmAboveZero() -> Tensor { Tensor.select(self .> 0, self, Tensor(constant: 1)).log() }

  /// aᵇ⁻¹. What b − 1 loses to rounding, up to 2⁻²⁵ |b|, would be multiplied by ln a, which reaches 88.
  fileprivate func raised(toOneLessThan b: Tensor) -> Tensor {
    let exponent = b - 1
    let power = raised(to: exponent)
    if let known = b.literal?.scalars, known.allSatisfy({ Double($0 - 1) == Double($0) - 1 }) { return power }
    // The error of a sum, exactly (D. Knuth, The Art of Computer Programming, volume 2, section 4.2.2).
    let part = exponent - b
    let lost = ((b - (exponent - part)) + (-1 - part)).stoppingGradient()
    return power * (lost * logarithmAboveZero()).exp()
  }

  /// The smaller of a and b, elementwise; NaN when either is.
  public static func minimum(_ a: Tensor, _ b: Tensor) -> Tensor { binary(.minimum, a, b) }
  /// The larger of a and b, elementwise; NaN when either is.
  public static func maximum(_ a: Tensor, _ b: Tensor) -> Tensor { binary(.maximum, a, b) }

  /// x moved into [lower, upper], elementwise; the derivative is 1 inside and 0 outside.
  public func clamped(to range: ClosedRange<Float>) -> Tensor {
    Tensor.minimum(Tensor.maximum(self, Tensor(constant: range.lowerBound)), Tensor(constant: range.upperBound))
  }

  /// a where the condition is not 0, else b, elementwise. A NaN in the branch not taken does no harm.
  public static func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
    let branches = broadcastShape(of: "select", a, b)
    guard let shape = broadcastShape(condition.shape, branches) else {
      preconditionFailure("select: condition of shape \(condition.shape) does not broadcast with \(branches)")
    }
    return apply(.select, [condition, a, b], shape: shape)
  }
}
