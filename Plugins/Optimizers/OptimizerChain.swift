public import EBMCore
public import Networks

/// Transforms one after the other: what one gives the next one takes, and the last one's result is the step.
///
/// ```
/// θ ← θ − (tₙ ∘ … ∘ t₁)(∇L)
/// ```
/// `[clip-norm, adam]` clips, then steps. `[weight-decay, sgd]` is a penalty ½ w ‖θ‖²; `[adam, weight-decay]` is decay
/// decoupled from the step. As optimizers multiply by their rate, `sgd` behind others is one rate for all of them:
/// `[adam, weight-decay, sgd]`.
public struct OptimizerChain: Optimizer {
  public static let name = "chain"
  public static let summary = "Transforms of gradients one after the other, an optimizer among them."

  @Parts("what becomes of gradients, in this order", .transform)
  public var transforms: [any GradientTransform] = [ClipNorm(), Adam()]

  public init() {}

  public func conflicts() -> [String] {
    transforms.contains { $0 is any Optimizer } ? [] : ["without an optimizer in the chain there is no learning rate"]
  }

  public func rule(for weights: WeightGroup, in scope: ParameterScope) -> UpdateRule {
    .chain(transforms.enumerated().map { $1.rule(for: weights, in: scope["\($0)"]) })
  }
}
