private import Foundation
internal import TensorGraph

extension UnaryOperation {
  /// The function in Double.
  func reference(_ x: Double) -> Double {
    switch self {
    case .negate: -x
    case .absolute: abs(x)
    case .sign: x > 0 ? 1 : x < 0 ? -1 : x
    case .floor: x.rounded(.down)
    case .square: x * x
    case .reciprocal: 1 / x
    case .squareRoot: x.squareRoot()
    case .reciprocalSquareRoot: 1 / x.squareRoot()
    case .exp: Foundation.exp(x)
    case .expMinusOne: Foundation.expm1(x)
    case .log: Foundation.log(x)
    case .logOnePlus: Foundation.log1p(x)
    case .sin: Foundation.sin(x)
    case .cos: Foundation.cos(x)
    case .tan: Foundation.tan(x)
    case .atan: Foundation.atan(x)
    case .tanh: Foundation.tanh(x)
    case .sigmoid: logistic(x)
    case .softplus: (x > 0 ? x : 0) + Foundation.log1p(Foundation.exp(-abs(x)))
    }
  }
}

extension BinaryOperation {
  /// The function in Double.
  func reference(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .power: a.isNaN || b.isNaN ? .nan : Foundation.pow(a, b)
    case .minimum: a.isNaN || b.isNaN ? .nan : (a < b ? a : b)
    case .maximum: a.isNaN || b.isNaN ? .nan : (a > b ? a : b)
    case .less: a < b ? 1 : 0
    case .lessOrEqual: a <= b ? 1 : 0
    case .equal: a == b ? 1 : 0
    case .sigmoidSlope: logistic(a) * logistic(-a)
    case .tanhSlope: 4 * logistic(2 * a) * logistic(-2 * a)
    }
  }
}

private func logistic(_ x: Double) -> Double {
  x > 0 ? 1 / (1 + Foundation.exp(-x)) : Foundation.exp(x) / (1 + Foundation.exp(x))
}
