public import EBMCore
public import Networks
internal import Tensors

/// Adam with decoupled weight decay: θ ← θ − (Adam's step) − η w θ.
///
/// η is that of the update, its schedule included, as in common libraries. Decay that does not follow η is ``WeightDecay``
/// behind ``Adam`` in an ``OptimizerChain``. Source: Loshchilov & Hutter, *Decoupled weight decay regularization*, 2019,
/// algorithm 2.
public struct AdamW: RatedOptimizer {
  public static let name = "adamw"
  public static let summary = "Adam with decoupled weight decay."

  @Setting("η", .positive) public var learningRate = 1e-3
  @Part("what η is multiplied with", .rate) public var rate: any RateSchedule = ConstantRate()
  @Setting("decay of the mean of gradients", .range(0..<1)) public var beta1: Float = 0.9
  @Setting("decay of the mean of squared gradients", .range(0..<1)) public var beta2: Float = 0.999
  @Setting("keeps the step finite where gradients vanish", .positive) public var epsilon: Float = 1e-8
  @Setting("w, the part of a weight that an update takes away, in units of η", .atLeast(0))
  public var weightDecay: Float = 0.01

  public init() {}

  public func rule(for weights: WeightGroup, in scope: ParameterScope) -> UpdateRule {
    let adam = Adam {
      ($0.learningRate, $0.rate, $0.beta1, $0.beta2, $0.epsilon) = (learningRate, rate, beta1, beta2, epsilon)
    }
    return .chain([adam.rule(for: weights, in: scope), decay])
  }

  private var decay: UpdateRule {
    UpdateRule(rates: [scheduledRate]) { [weightDecay] steps, inputs, _ in
      if weightDecay == 0 { return steps }
      return zip(steps, inputs.weights).map { $0 + (weightDecay * inputs.rates[0]) * $1 }
    }
  }
}
