internal import EBMCore
public import Tensors

/// A trajectory of the no-U-turn sampler while it grows: a binary tree of points of which only this much is needed.
/// The subtree that is being added is walked leaf by leaf; the rest is summed up. D is the dimension.
public struct Trajectory: TensorGroup {
  /// Earliest and latest point; the one on the growing side moves with every leaf.
  public internal(set) var left: PhasePoint
  public internal(set) var right: PhasePoint
  /// The point drawn from the finished tree, and the one drawn from the subtree so far.
  public internal(set) var sample: GradientState
  var candidate: GradientState
  /// Sums of momenta over the finished tree and over the subtree, `[batch, D]`.
  var momentumSum: Tensor
  var subtreeSum: Tensor
  /// What is kept of the subtree's leaves to tell U-turns; see ``UTurnCheckpoints``.
  var checkpoints: UTurnCheckpoints

  // All `[batch]` from here.
  /// ln Σ exp(H₀ − H) over the finished tree and over the subtree.
  var logWeight: Tensor
  var subtreeLogWeight: Tensor
  /// +1 or −1: the direction in time that the subtree grows in.
  var direction: Tensor
  /// Leaves that the subtree has.
  var leaf: Tensor
  /// Leaves of the finished tree, 2^depth, as many as the subtree will have when it is complete.
  public internal(set) var size: Tensor
  /// Sum over leaves of min(1, exp(H₀ − H)), and their number.
  public internal(set) var acceptance: Tensor
  public internal(set) var leaves: Tensor
  /// 1 where the energy ran away, 1 where it was not finite, 1 while the trajectory grows.
  public internal(set) var divergent: Tensor
  public internal(set) var nonFinite: Tensor
  var isGrowing: Tensor

  /// Doublings of the finished tree, `[batch]`.
  // log₂ e, and no more of a whole number than its rounding.
  public var depth: Tensor { (1.442_695 * size.log() + 0.5).floor() }

  /// The tree of one point.
  init(from start: PhasePoint, maximumDepth: Int) {
    let momentum = start.momentum
    (left, right, sample, candidate) = (start, start, start.state, start.state)
    (momentumSum, subtreeSum) = (momentum, momentum)
    checkpoints = UTurnCheckpoints(rows: momentum.shape, depth: maximumDepth)
    let zero = Tensor(0).broadcast(to: [momentum.shape[0]])
    (logWeight, subtreeLogWeight, direction, leaf, size) = (zero, zero, zero, zero, zero + 1)
    (acceptance, leaves, divergent, nonFinite, isGrowing) = (zero, zero, zero, zero, zero + 1)
  }
}
