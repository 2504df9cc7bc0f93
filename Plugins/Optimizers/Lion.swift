public import EBMCore
public import Networks
internal import Tensors

/// Lion: every weight moves by η, along the sign of an interpolated gradient.
///
/// ```
/// θ ← θ − η [ sign(β₁ m + (1 − β₁) g) + w θ ];  m ← β₂ m + (1 − β₂) g
/// ```
/// Rates are three to ten times smaller than Adam's. Source: Chen et al., *Symbolic discovery of optimization
/// algorithms*, 2023, algorithm 2.
public struct Lion: RatedOptimizer {
  public static let name = "lion"
  public static let summary = "Steps of one size along the sign of the mean gradient."

  @Setting("η", .positive) public var learningRate = 1e-4
  @Part("what η is multiplied with", .rate) public var rate: any RateSchedule = ConstantRate()
  @Setting("part of the mean gradient in the direction of a step", .range(0..<1)) public var beta1: Float = 0.9
  @Setting("decay of the mean gradient", .range(0..<1)) public var beta2: Float = 0.99
  @Setting("w, the part of a weight that an update takes away, in units of η", .atLeast(0))
  public var weightDecay: Float = 0

  public init() {}

  public func rule(for weights: WeightGroup, in scope: ParameterScope) -> UpdateRule {
    let means = weights.state("mean", in: scope)
    return UpdateRule(rates: [scheduledRate]) { [beta1, beta2, weightDecay] gradients, inputs, context in
      gradients.indices.map { index in
        let (gradient, mean) = (gradients[index], means[index].tensor)
        context.assign(beta2 * mean + (1 - beta2) * gradient, to: means[index])
        var direction = (beta1 * mean + (1 - beta1) * gradient).sign()
        if weightDecay > 0 { direction = direction + weightDecay * inputs.weights[index] }
        return inputs.rates[0] * direction
      }
    }
  }
}
