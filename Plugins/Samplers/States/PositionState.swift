public import Tensors

/// Where chains are and nothing else: the state of samplers that need no more.
public struct PositionState: TensorGroup {
  /// `[batch, …]`.
  public var position: Tensor

  /// Chains at these points.
  public init(position: Tensor) { self.position = position }
}
