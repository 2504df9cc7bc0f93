public import EBMCore
public import Networks
internal import Tensors

/// RMSprop: gradients in units of their root mean square.
///
/// ```
/// v ← α v + (1 − α) g²;  d = g / (√v + ε)
/// u ← μ u + d;           θ ← θ − η u
/// ```
/// Centred, the mean gradient's square is taken from v: ḡ ← α ḡ + (1 − α) g, d = g / (√(v − ḡ²) + ε).
/// Sources: Tieleman & Hinton, lecture 6.5, 2012; centred: Graves, *Generating sequences with recurrent neural
/// networks*, 2013, equations 38–45, ε outside of the root as in common libraries.
public struct RMSprop: RatedOptimizer {
  public static let name = "rmsprop"
  public static let summary = "Gradients in units of their root mean square."

  @Setting("η", .positive) public var learningRate = 1e-3
  @Part("what η is multiplied with", .rate) public var rate: any RateSchedule = ConstantRate()
  @Setting("α, decay of the mean of squared gradients", .range(0..<1)) public var decay: Float = 0.99
  @Setting("keeps the step finite where gradients vanish", .positive) public var epsilon: Float = 1e-8
  @Setting("μ, the part of the last step that stays; 0 for none", .range(0..<1)) public var momentum: Float = 0
  @Setting("whether the variance of gradients is taken, not their mean square") public var centered = false

  public init() {}

  public func rule(for weights: WeightGroup, in scope: ParameterScope) -> UpdateRule {
    let squares = weights.state("square", in: scope)
    let means = centered ? weights.state("mean", in: scope) : []
    let velocities = momentum > 0 ? weights.state("velocity", in: scope) : []
    return UpdateRule(rates: [scheduledRate]) { [decay, epsilon, momentum, centered] gradients, inputs, context in
      gradients.indices.map { index in
        let gradient = gradients[index]
        let square = decay * squares[index].tensor + (1 - decay) * gradient.squared()
        context.assign(square, to: squares[index])
        var spread = square
        if centered {
          let mean = decay * means[index].tensor + (1 - decay) * gradient
          context.assign(mean, to: means[index])
          // Rounding must not take a variance below 0.
          spread = Tensor.maximum(square - mean.squared(), Tensor(0))
        }
        var direction = gradient / (spread.squareRoot() + epsilon)
        if momentum > 0 {
          direction = momentum * velocities[index].tensor + direction
          context.assign(direction, to: velocities[index])
        }
        return inputs.rates[0] * direction
      }
    }
  }
}
