/// A number of iterations, 0 to 2⁶³ − 1, as a tensor of the shape `[3]`.
///
/// Its elements are the digits to the base 2²⁴, lowest first, each exact as a Float: a Float itself would count to 2²⁴
/// alone, and draws would repeat from there on.
package enum Counter {
  /// Digits of a counter.
  package static let digitCount = 3
  private static let digitBits = 24

  /// The digits of a number.
  package static func digits(_ number: Int) -> [Float] {
    (0..<digitCount).map { Float((number >> ($0 * digitBits)) & (1 << digitBits - 1)) }
  }

  /// The number that digits stand for.
  package static func number(_ digits: some BidirectionalCollection<Double>) -> Int {
    digits.reversed().reduce(0) { $0 << digitBits | Int($1) }
  }

  static func placeholder() -> Placeholder { Placeholder("counter", shape: [digitCount]) }

  static func literal(_ number: Int) -> Literal { Literal(digits(number), evaluator: nil) }

  static func constant(_ number: Int) -> Tensor { Tensor(literal(number), shape: [digitCount]) }

  /// The number of a counter that is a constant.
  static func value(_ node: Node) -> Int? {
    if case .constant(let literal) = node.operation { number(literal.scalars.map(Double.init)) } else { nil }
  }

  /// The counter of a loop of so many iterations inside others, `outer` being theirs.
  static func nested(_ outer: Tensor, _ own: Tensor, count: Int) -> Tensor {
    Tensor.apply(.nestedCounter(count: count), [outer, own], shape: [digitCount])
  }
}
