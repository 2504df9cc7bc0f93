#if canImport(Glibc)
  private import Glibc
#elseif canImport(Musl)
  private import Musl
#elseif canImport(Darwin)
  private import Darwin
#endif

extension UnaryOperation {
  /// The function of one number, for folding constants: computed in Double and rounded once.
  func value(_ argument: Float) -> Float { Float(evaluate(self, Double(argument))) }
}

extension BinaryOperation {
  /// The function of two numbers, for folding constants: computed in Double and rounded once.
  func value(_ left: Float, _ right: Float) -> Float { Float(evaluate(self, Double(left), Double(right))) }
}

// Outside the types, whose cases bear the names of the functions.
private func evaluate(_ operation: UnaryOperation, _ x: Double) -> Double {
  switch operation {
  case .negate: -x
  case .absolute: abs(x)
  case .sign: x > 0 ? 1 : x < 0 ? -1 : x == 0 ? 0 : x
  case .floor: x.rounded(.down)
  case .square: x * x
  case .reciprocal: 1 / x
  case .squareRoot: x.squareRoot()
  case .reciprocalSquareRoot: 1 / x.squareRoot()
  case .exp: exp(x)
  case .expMinusOne: expm1(x)
  case .log: log(x)
  case .logOnePlus: log1p(x)
  case .sin: sin(x)
  case .cos: cos(x)
  case .tan: tan(x)
  case .atan: atan(x)
  case .tanh: tanh(x)
  case .sigmoid: 1 / (1 + exp(-x))
  case .softplus: max(x, 0) + log1p(exp(-abs(x)))
  }
}

private func evaluate(_ operation: BinaryOperation, _ a: Double, _ b: Double) -> Double {
  switch operation {
  case .add: a + b
  case .subtract: a - b
  case .multiply: a * b
  case .divide: a / b
  // C has 1 for NaN⁰ and 1^NaN, which would hide a NaN.
  case .power: a.isNaN || b.isNaN ? .nan : pow(a, b)
  case .minimum: a < b || a.isNaN ? a : b
  case .maximum: a > b || a.isNaN ? a : b
  case .less: a < b ? 1 : 0
  case .lessOrEqual: a <= b ? 1 : 0
  case .equal: a == b ? 1 : 0
  case .sigmoidSlope: a > 0 ? b * b * exp(-a) : b * (1 - b)
  case .tanhSlope: (1 + abs(b)) * (1 + abs(b)) * exp(-2 * abs(a))
  }
}
