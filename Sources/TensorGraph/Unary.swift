/// An elementwise function of one operand.
package enum UnaryOperation: String, Hashable, Sendable, CaseIterable {
  case negate, absolute, sign, floor, square, reciprocal, squareRoot, reciprocalSquareRoot
  case exp, expMinusOne, log, logOnePlus, sin, cos, tan, atan, tanh, sigmoid, softplus

  /// dy/dx given x and y, or nil where the derivative is zero everywhere.
  func derivative(_ x: Tensor, _ y: Tensor) -> Tensor? {
    switch self {
    case .negate: Tensor(constant: -1)
    case .absolute: x.sign()
    case .sign, .floor: nil
    case .square: 2 * x
    case .reciprocal: -y.squared()
    case .squareRoot: 0.5 / y
    case .reciprocalSquareRoot: -0.5 * (y * y.squared())
    case .exp: y
    case .expMinusOne: x.exp()
    case .log: x.reciprocal()
    case .logOnePlus: (x + 1).reciprocal()
    case .sin: x.cos()
    case .cos: -x.sin()
    case .tan: 1 + y.squared()
    case .atan: (1 + x.squared()).reciprocal()
    case .tanh: Tensor.binary(.tanhSlope, x, y)
    case .sigmoid: Tensor.binary(.sigmoidSlope, x, y)
    case .softplus: x.sigmoid()
    }
  }
}

extension Tensor {
  private func unary(_ operation: UnaryOperation) -> Tensor {
    Tensor.apply(.unary(operation), [self], shape: shape)
  }

  /// −x, elementwise.
  public static prefix func - (x: Tensor) -> Tensor { x.unary(.negate) }
  /// |x|, elementwise; its derivative at 0 is 0.
  public func absolute() -> Tensor { unary(.absolute) }
  /// −1, 0 or 1, elementwise; its derivative is 0.
  public func sign() -> Tensor { unary(.sign) }
  /// The largest integer not above x, elementwise; its derivative is 0.
  public func floor() -> Tensor { unary(.floor) }
  /// x², elementwise.
  public func squared() -> Tensor { unary(.square) }
  /// 1/x, elementwise.
  public func reciprocal() -> Tensor { unary(.reciprocal) }
  /// √x, elementwise; NaN below 0.
  public func squareRoot() -> Tensor { unary(.squareRoot) }
  /// 1/√x, elementwise; NaN below 0.
  public func reciprocalSquareRoot() -> Tensor { unary(.reciprocalSquareRoot) }
  /// eˣ, elementwise; infinite above 88.7.
  public func exp() -> Tensor { unary(.exp) }
  /// eˣ − 1, elementwise, exact for small x.
  public func expMinusOne() -> Tensor { unary(.expMinusOne) }
  /// ln x, elementwise; −∞ at 0, NaN below.
  public func log() -> Tensor { unary(.log) }
  /// ln(1 + x), elementwise, exact for small x.
  public func logOnePlus() -> Tensor { unary(.logOnePlus) }
  /// sin x, elementwise, x in radians.
  public func sin() -> Tensor { unary(.sin) }
  /// cos x, elementwise, x in radians.
  public func cos() -> Tensor { unary(.cos) }
  /// tan x, elementwise, x in radians.
  public func tan() -> Tensor { unary(.tan) }
  /// arctan x, elementwise, in (−π/2, π/2).
  public func atan() -> Tensor { unary(.atan) }
  /// tanh x, elementwise.
  public func tanh() -> Tensor { unary(.tanh) }
  /// 1/(1 + e⁻ˣ), elementwise.
  public func sigmoid() -> Tensor { unary(.sigmoid) }
  /// ln(1 + eˣ), elementwise, without overflow.
  public func softplus() -> Tensor { unary(.softplus) }
}
