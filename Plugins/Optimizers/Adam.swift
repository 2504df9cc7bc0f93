public import EBMCore
private import Foundation
public import Networks
internal import Tensors

/// Adam.
///
/// ```
/// m ← β₁ m + (1 − β₁) g;  v ← β₂ v + (1 − β₂) g²
/// θ ← θ − η (m/(1 − β₁ᵏ)) / (√(v/(1 − β₂ᵏ)) + ε)
/// ```
/// k counts updates from 1. Source: Kingma & Ba, 2015, algorithm 1.
public struct Adam: RatedOptimizer {
  public static let name = "adam"
  public static let summary = "Adam: steps of the mean gradient in units of its mean size."

  @Setting("η", .positive) public var learningRate = 1e-3
  @Part("what η is multiplied with", .rate) public var rate: any RateSchedule = ConstantRate()
  @Setting("decay of the mean of gradients", .range(0..<1)) public var beta1: Float = 0.9
  @Setting("decay of the mean of squared gradients", .range(0..<1)) public var beta2: Float = 0.999
  @Setting("keeps the step finite where gradients vanish", .positive) public var epsilon: Float = 1e-8

  public init() {}

  public func rule(for weights: WeightGroup, in scope: ParameterScope) -> UpdateRule {
    let (means, squares) = (weights.state("mean", in: scope), weights.state("square", in: scope))
    return UpdateRule(rates: [scheduledRate]) { [beta1, beta2, epsilon] gradients, inputs, context in
      // 1 − βᵏ without cancellation.
      func correction(_ beta: Float) -> Tensor { -(inputs.number * Float(log(Double(beta)))).expMinusOne() }
      let meanScale = inputs.rates[0] / correction(beta1)
      let squareScale = correction(beta2).reciprocalSquareRoot()
      return gradients.indices.map { index in
        let mean = beta1 * means[index].tensor + (1 - beta1) * gradients[index]
        let square = beta2 * squares[index].tensor + (1 - beta2) * gradients[index].squared()
        context.assign(mean, to: means[index])
        context.assign(square, to: squares[index])
        return meanScale * mean / (square.squareRoot() * squareScale + epsilon)
      }
    }
  }
}
