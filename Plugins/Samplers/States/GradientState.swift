public import EBMCore
public import Tensors

/// Positions with the energies and gradients there: the state of samplers that use both.
public struct GradientState: TensorGroup {
  /// `[batch, …]`.
  public var position: Tensor
  /// E, `[batch]`.
  public var energy: Tensor
  /// ∇E, `[batch, …]`.
  public var gradient: Tensor

  /// Points with what belongs to them.
  public init(position: Tensor, energy: Tensor, gradient: Tensor) {
    (self.position, self.energy, self.gradient) = (position, energy, gradient)
  }

  /// The same points in another shape.
  public func reshaped(_ shape: [Int]) -> GradientState {
    GradientState(position: position.reshaped(shape), energy: energy, gradient: gradient.reshaped(shape))
  }

  /// Energy and gradient of a target at points.
  public init(at position: Tensor, target: Target) {
    let (energy, gradient) = target.energyWithGradient(position)
    self.init(position: position, energy: energy, gradient: gradient)
  }
}
