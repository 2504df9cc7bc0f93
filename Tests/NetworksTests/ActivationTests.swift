import Foundation
import Networks
import Tensors
import Testing

@Suite struct ActivationTests {
  private static func expected(_ activation: Activation, _ x: Double) -> Double {
    switch activation {
    case .silu: x / (1 + exp(-x))
    case .leakyReLU: x > 0 ? x : 0.2 * x
    case .relu: max(x, 0)
    case .softplus: log1p(exp(x))
    case .tanh: Foundation.tanh(x)
    }
  }

  @Test(arguments: Activation.allCases)
  func followsItsFormula(_ activation: Activation) {
    let x: [Float] = [-30, -4, -1, -0.25, 0, 0.25, 1, 4, 30]
    for (found, value) in zip(activation(Tensor(x)).scalars, x) {
      let expected = Self.expected(activation, Double(value))
      #expect(abs(Double(found) - expected) <= 1e-6 * abs(expected) + 1e-12, "at \(value)")
    }
  }
}
