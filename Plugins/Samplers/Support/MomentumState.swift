internal import EBMCore
public import Tensors

/// Points with momenta in whitened coordinates: the state of samplers that keep their momentum.
public struct MomentumState: TensorGroup {
  /// Position, energy and gradient.
  public var point: GradientState
  /// w, `[batch, …]`.
  public var momentum: Tensor
  /// 0 until the first step, when there is no momentum yet, then 1, `[batch]`.
  private var isMoving: Tensor

  /// At rest: the first refreshment gives all of the momentum.
  init(at position: Tensor, target: Target) {
    point = GradientState(at: position, target: target)
    momentum = Tensor(0).broadcast(to: position.shape)
    isMoving = Tensor(0).broadcast(to: [position.shape[0]])
  }

  /// In motion.
  init(point: GradientState, momentum: Tensor) {
    self.point = point
    self.momentum = momentum
    isMoving = Tensor(1).broadcast(to: [momentum.shape[0]])
  }

  /// `isMoving` shaped to select among points.
  var moving: Tensor { isMoving.reshaped(isMoving.shape + momentum.shape.dropFirst().map { _ in 1 }) }

  /// c w + √(1 − c²) n; n where there is no momentum yet.
  func refreshed(_ w: Tensor, keeping c: Float, noise: Tensor) -> Tensor {
    Tensor.select(moving, c * w + (1 - c * c).squareRoot() * noise, noise)
  }
}
