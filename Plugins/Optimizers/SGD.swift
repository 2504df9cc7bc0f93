public import EBMCore
public import Networks
internal import Tensors

/// Gradient descent, with momentum when it is asked for.
///
/// ```
/// v ← μ v + g
/// θ ← θ − η v             or, with Nesterov's look-ahead,   θ ← θ − η (g + μ v)
/// ```
/// v begins as the first gradient. Sources: Polyak, 1964; Sutskever et al., *On the importance of initialization and
/// momentum in deep learning*, 2013, equations 1–4, in the form of common libraries, where η multiplies v.
public struct SGD: RatedOptimizer {
  public static let name = "sgd"
  public static let summary = "Stochastic gradient descent, with momentum and Nesterov's look-ahead."

  @Setting("η", .positive) public var learningRate = 1e-2
  @Part("what η is multiplied with", .rate) public var rate: any RateSchedule = ConstantRate()
  @Setting("μ, the part of the last step's direction that stays; 0 for none", .range(0..<1))
  public var momentum: Float = 0
  @Setting("whether the gradient counts as if the momentum had moved the weights already") public var nesterov = false

  public init() {}

  public func conflicts() -> [String] {
    nesterov && momentum == 0 ? ["nesterov looks ahead along a momentum, which is 0"] : []
  }

  public func rule(for weights: WeightGroup, in scope: ParameterScope) -> UpdateRule {
    let velocities = momentum > 0 ? weights.state("velocity", in: scope) : []
    return UpdateRule(rates: [scheduledRate]) { [momentum, nesterov] gradients, inputs, context in
      gradients.indices.map { index in
        var direction = gradients[index]
        if momentum > 0 {
          let velocity = momentum * velocities[index].tensor + direction
          context.assign(velocity, to: velocities[index])
          direction = nesterov ? direction + momentum * velocity : velocity
        }
        return inputs.rates[0] * direction
      }
    }
  }
}
