public import EBMCore
public import Networks
internal import Tensors

/// Scales the gradient of a network down where it is longer than a limit c: g ← g min(1, c/‖g‖), ‖g‖ over all weights.
///
/// `training.gradientClip` does the same in front of every optimizer. Source: Pascanu, Mikolov & Bengio, *On the
/// difficulty of training recurrent neural networks*, 2013, algorithm 1.
public struct ClipNorm: GradientTransform {
  public static let name = "clip-norm"
  public static let summary = "Scales gradients down to a longest norm."

  @Setting("c, the longest norm that stays as it is", .positive) public var longest: Float = 1

  public init() {}

  public func rule(for weights: WeightGroup, in scope: ParameterScope) -> UpdateRule {
    UpdateRule { [longest] gradients, _, _ in gradients.clipped(norm: gradients.globalNorm, to: longest) }
  }
}
