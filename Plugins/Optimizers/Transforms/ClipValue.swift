public import EBMCore
public import Networks
internal import Tensors

/// Sets elements of the gradient that are larger than a limit to it: gᵢ ← max(−c, min(c, gᵢ)).
public struct ClipValue: GradientTransform {
  public static let name = "clip-value"
  public static let summary = "Limits each element of the gradient."

  @Setting("c, the largest |gᵢ| that stays as it is", .positive) public var largest: Float = 1

  public init() {}

  public func rule(for weights: WeightGroup, in scope: ParameterScope) -> UpdateRule {
    UpdateRule { [largest] gradients, _, _ in gradients.map { $0.clamped(to: -largest...largest) } }
  }
}
