internal import EBMCore
internal import Tensors

/// A trajectory of the no-U-turn sampler while it grows: a binary tree of points of which only this much is needed.
/// The subtree that is being added is walked leaf by leaf; the rest is summed up. D is the dimension.
struct Trajectory: TensorGroup {
  /// An end in time: position, gradient and momentum, `[batch, D]`.
  struct End: TensorGroup {
    var position: Tensor
    var gradient: Tensor
    var momentum: Tensor
  }

  /// Earliest and latest point; the one on the growing side moves with every leaf.
  var left: End
  var right: End
  /// The point drawn from the finished tree, and the one drawn from the subtree so far.
  var sample: GradientState
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
  /// Leaves that the subtree has, and will have when it is complete: as many as the finished tree.
  var leaf: Tensor
  var size: Tensor
  /// Sum over leaves of min(1, exp(H₀ − H)), and their number.
  var acceptance: Tensor
  var leaves: Tensor
  /// 1 where the energy ran away, 1 where it was not finite, 1 while the trajectory grows.
  var divergent: Tensor
  var nonFinite: Tensor
  var isGrowing: Tensor

  /// The tree of one point.
  init(from start: GradientState, momentum: Tensor, maximumDepth: Int) {
    let end = End(position: start.position, gradient: start.gradient, momentum: momentum)
    (left, right, sample, candidate) = (end, end, start, start)
    (momentumSum, subtreeSum) = (momentum, momentum)
    checkpoints = UTurnCheckpoints(rows: momentum.shape, depth: maximumDepth)
    let zero = Tensor(0).broadcast(to: [momentum.shape[0]])
    (logWeight, subtreeLogWeight, direction, leaf, size) = (zero, zero, zero, zero, zero + 1)
    (acceptance, leaves, divergent, nonFinite, isGrowing) = (zero, zero, zero, zero, zero + 1)
  }
}
