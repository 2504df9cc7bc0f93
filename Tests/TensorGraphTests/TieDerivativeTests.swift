import ReferenceEvaluator
import TensorGraph
import Testing

/// What derivatives are where functions bend: the documented choice, exactly.
@Suite("Derivatives at ties and kinks")
struct TieDerivativeTests {
  /// The derivative of the sum of y(x) at each element of x, in reverse and forward mode.
  private func derivatives(at x: [Double], of function: (Tensor) -> Tensor) -> [[Double]] {
    let placeholder = Placeholder("x", shape: [x.count])
    let y = function(placeholder.tensor)
    let one = Tensor(constant: 1).broadcast(to: placeholder.shape)
    let reverse = gradient(of: y.sum(), withRespectTo: placeholder.tensor)
    let forward = jacobianVectorProduct(of: [y], withRespectTo: [placeholder.tensor], along: [one])[0]
    return ReferenceEvaluator().values(of: [reverse, forward], placeholders: [placeholder: x])
  }

  private func expectDerivative(
    _ expected: [Double], at x: [Double], sourceLocation: SourceLocation = #_sourceLocation,
    of function: (Tensor) -> Tensor
  ) {
    for (mode, found) in zip(["reverse", "forward"], derivatives(at: x, of: function)) {
      expectClose(found, expected, mode, sourceLocation: sourceLocation)
    }
  }

  @Test("each operand of minimum and maximum takes half at a tie")
  func extremes() {
    expectDerivative([1, 0.5, 0], at: [-1, 0, 1]) { Tensor.minimum($0, Tensor(constant: 0)) }
    expectDerivative([1, 0.5, 0], at: [-1, 0, 1]) { Tensor.minimum(Tensor(constant: 0), $0) }
    expectDerivative([0, 0.5, 1], at: [-1, 0, 1]) { Tensor.maximum($0, Tensor(constant: 0)) }
    expectDerivative([0, 0.5, 1], at: [-1, 0, 1]) { Tensor.maximum(Tensor(constant: 0), $0) }
    expectDerivative([1, 1, 1], at: [-1, 0, 1]) { Tensor.maximum($0, $0) }
  }

  @Test("elements that tie for the maximum share its derivative")
  func sharedMaximum() {
    expectDerivativeOfReduction([0.5, 0, 0.5], at: [3, 1, 3]) { $0.maximum() }
    expectDerivativeOfReduction([0.25, 0.25, 0.25, 0.25], at: [0, 0, 0, 0]) { $0.maximum() }
    expectDerivativeOfReduction([0.5, 0, 0.5], at: [3, -40, 3]) { $0.logSumExp(alongAxes: 0) }
  }

  private func expectDerivativeOfReduction(
    _ expected: [Double], at x: [Double], sourceLocation: SourceLocation = #_sourceLocation,
    of function: (Tensor) -> Tensor
  ) {
    let placeholder = Placeholder("x", shape: [x.count])
    let found = gradient(of: function(placeholder.tensor), withRespectTo: placeholder.tensor)
    let values = ReferenceEvaluator().values(of: [found], placeholders: [placeholder: x])[0]
    expectClose(values, expected, absolute: 1e-15, sourceLocation: sourceLocation)
  }

  @Test("clamped passes inside, not outside, half at the ends")
  func clamped() {
    expectDerivative([0, 0.5, 1, 0.5, 0], at: [-2, -1, 0, 1, 2]) { $0.clamped(to: -1...1) }
  }

  @Test("the sign takes 0 for the derivative of |x| at 0; steps have none")
  func kinks() {
    expectDerivative([-1, 0, 1], at: [-2, 0, 2]) { $0.absolute() }
    expectDerivative([0, 0, 0], at: [-2, 0, 2]) { $0.sign() }
    expectDerivative([0, 0, 0], at: [-1.5, 1, 2]) { $0.floor() }
    expectDerivative([0, 0, 0], at: [-1, 0, 1]) { ($0 .< 0) + ($0 .<= 0) + ($0 .== 0) + ($0 .> 0) + ($0 .>= 0) }
  }

  @Test("the exponent's derivative is 0 at a base of 0 and below")
  func powerAtZero() {
    let (a, b) = (Placeholder("a", shape: [4]), Placeholder("b", shape: [4]))
    let y = a.tensor.raised(to: b.tensor)
    let found = gradient(of: y.sum(), withRespectTo: [a.tensor, b.tensor])
    let values = ReferenceEvaluator().values(of: found, placeholders: [a: [0, 0, 0, -2], b: [1, 2, 3, 3]])
    expectClose(values[0], [1.0, 0, 0, 12])
    expectClose(values[1], [0.0, 0, 0, 0])
  }

  @Test("x⁰ has derivative 0 everywhere, at 0 too")
  func powerOfZero() {
    expectDerivative([0, 0, 0], at: [-1, 0, 2]) { $0.raised(to: 0) }
  }

  @Test("a NaN or an infinity in the branch that select does not take does no harm")
  func guarded() {
    expectDerivative([0, 0, 0.5], at: [-1, 0, 2]) { x in
      let isPositive = x .> 0
      return Tensor.select(isPositive, Tensor.select(isPositive, x, Tensor(constant: 1)).log(), Tensor(constant: 0))
    }
    let x = Placeholder("x", shape: [2])
    let y = Tensor.select(x.tensor .> 0, x.tensor.log(), Tensor(constant: 5))
    let values = ReferenceEvaluator().values(of: [y], placeholders: [x: [-1, 1]])[0]
    expectClose(values, [5.0, 0])
  }

  @Test("logSumExp of −∞, of an empty axis and of +∞")
  func logSumExpAtInfinity() {
    let x = Placeholder("x", shape: [3, 2])
    let empty = Placeholder("empty", shape: [2, 0])
    let values = ReferenceEvaluator().values(
      of: [x.tensor.logSumExp(alongAxes: 1), empty.tensor.logSumExp(alongAxes: 1)],
      placeholders: [x: [-.infinity, -.infinity, -.infinity, 4, .infinity, 1], empty: []])
    expectClose(values[0], [-Double.infinity, 4, .infinity])
    expectClose(values[1], [-Double.infinity, -.infinity])
  }
}
