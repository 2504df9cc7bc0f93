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

  public var tensors: [Tensor] { [position, energy, gradient] }
  public init(tensors: [Tensor]) { (position, energy, gradient) = (tensors[0], tensors[1], tensors[2]) }

  package init(at position: Tensor, target: Target) {
    let (energy, gradient) = target.energyWithGradient(position)
    self.init(tensors: [position, energy, gradient])
  }
}
