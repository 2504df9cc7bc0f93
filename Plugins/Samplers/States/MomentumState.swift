public import EBMCore
public import Tensors

/// Points with momenta: the state of samplers that keep their momentum.
public struct MomentumState: TensorGroup {
  /// Position, energy, gradient, and w.
  public var point: PhasePoint
  /// 0 until the first step, when there is no momentum yet, then 1, `[batch]`.
  private var isMoving: Tensor

  /// At rest: the first refreshment gives all of the momentum.
  public init(at position: Tensor, target: Target) {
    point = PhasePoint(
      GradientState(at: position, target: target), momentum: Tensor(0).broadcast(to: position.shape))
    isMoving = Tensor(0).broadcast(to: [position.shape[0]])
  }

  /// In motion.
  public init(_ point: PhasePoint) {
    self.point = point
    isMoving = Tensor(1).broadcast(to: [point.momentum.shape[0]])
  }

  /// Momenta of chains in motion, 0 for those at rest.
  public func moving(_ momentum: Tensor) -> Tensor {
    Tensor.select(isMoving.column(for: momentum), momentum, Tensor(0))
  }

  /// The point with c w + √(1 − c²) n for its momentum; with n where there is no momentum yet.
  public func refreshed(_ point: PhasePoint, keeping c: Float, noise: Tensor) -> PhasePoint {
    var refreshed = point
    refreshed.refresh(keeping: c, noise: noise)
    refreshed.momentum = Tensor.select(isMoving.column(for: noise), refreshed.momentum, noise)
    return refreshed
  }
}
