public import EBMCore
public import Networks
internal import Tensors

/// Adds a part of the weights: g ← g + w f(n) θ, f being its schedule.
///
/// In front of an optimizer it is the gradient of ½ w ‖θ‖²; behind it the weights shrink by the factor 1 − w f(n) at each
/// update, whatever the learning rate. The latter is the decoupled decay of Loshchilov & Hutter, *Decoupled weight decay
/// regularization*, 2019, algorithm 2, where w is not multiplied by η but by the schedule alone.
public struct WeightDecay: GradientTransform {
  public static let name = "weight-decay"
  public static let summary = "Adds a part of the weights to their gradient or step."

  @Setting("w", .atLeast(0)) public var decay = 1e-4
  @Part("what w is multiplied with", .rate) public var rate: any RateSchedule = ConstantRate()

  public init() {}

  public func rule(for weights: WeightGroup, in scope: ParameterScope) -> UpdateRule {
    let (decay, rate) = (decay, rate)
    return UpdateRule(rates: [{ decay * rate.factor(at: $0, of: $1) }]) { gradients, inputs, _ in
      zip(gradients, inputs.weights).map { $0 + inputs.rates[0] * $1 }
    }
  }
}
