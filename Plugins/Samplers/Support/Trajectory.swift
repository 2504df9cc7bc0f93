internal import EBMCore
internal import Tensors

/// A trajectory of the no-U-turn sampler while it grows: a binary tree of points of which only this much is needed.
/// The subtree that is being added is walked leaf by leaf; the rest is summed up. D is the dimension.
struct Trajectory: TensorGroup {
  /// An end in time: position, gradient and momentum, `[batch, D]`.
  struct End {
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

  var tensors: [Tensor] {
    [left, right].flatMap { [$0.position, $0.gradient, $0.momentum] } + sample.tensors + candidate.tensors
      + [momentumSum, subtreeSum, checkpoints.momenta, checkpoints.sums]
      + [logWeight, subtreeLogWeight, direction, leaf, size, acceptance, leaves, divergent, nonFinite, isGrowing]
  }

  init(tensors: [Tensor]) {
    left = End(position: tensors[0], gradient: tensors[1], momentum: tensors[2])
    right = End(position: tensors[3], gradient: tensors[4], momentum: tensors[5])
    sample = GradientState(tensors: Array(tensors[6..<9]))
    candidate = GradientState(tensors: Array(tensors[9..<12]))
    (momentumSum, subtreeSum) = (tensors[12], tensors[13])
    checkpoints = UTurnCheckpoints(momenta: tensors[14], sums: tensors[15])
    (logWeight, subtreeLogWeight, direction, leaf) = (tensors[16], tensors[17], tensors[18], tensors[19])
    (size, acceptance, leaves) = (tensors[20], tensors[21], tensors[22])
    (divergent, nonFinite, isGrowing) = (tensors[23], tensors[24], tensors[25])
  }
}
