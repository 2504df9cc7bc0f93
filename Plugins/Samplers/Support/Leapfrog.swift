package import EBMCore
package import Tensors

/// The leapfrog integrator of H(x, w) = E(x) + ‖w‖²/2, w being the momentum in whitened coordinates:
///
/// ```
/// w ← w − (ε/2) Lᵀ∇E(x),   x ← x + ε L w,   w ← w − (ε/2) Lᵀ∇E(x)
/// ```
/// Reversible, volume preserving, and H changes by O(ε²) over a fixed time. Source: Neal, *MCMC using Hamiltonian
/// dynamics*, 2011, section 2.3; whitening is its section 4.1.
package struct Leapfrog {
  let target: Target
  let metric: Preconditioner
  /// ε, shaped to multiply points. A negative one goes back.
  let stepSize: Tensor

  /// An integrator of a target's dynamics with steps `[batch, 1, …]` or a scalar.
  package init(target: Target, metric: Preconditioner, stepSize: Tensor) {
    self.target = target
    self.metric = metric
    self.stepSize = stepSize
  }

  /// A change of H beyond which a trajectory counts as divergent: its probability is below any that is ever seen.
  static let divergence: Float = 1_000

  /// `count` steps from a state; momenta in the shape of points.
  package func integrate(
    _ state: GradientState, momentum: Tensor, count: Int
  ) -> (state: GradientState, momentum: Tensor) {
    let half = 0.5 * stepSize
    let start = momentum - half * metric.toMomenta(state.gradient)
    // Half kicks of neighbouring steps are one kick; the last one goes half too far.
    let end = Tensor.iterate(count, from: PhasePoint(state: state, momentum: start)) { point, _, _ in
      point.state = GradientState(
        at: point.state.position + stepSize * metric.toPoints(point.momentum), target: target)
      point.momentum = point.momentum - stepSize * metric.toMomenta(point.state.gradient)
    }
    return (end.state, end.momentum + half * metric.toMomenta(end.state.gradient))
  }
}

/// A point in phase space.
private struct PhasePoint: TensorGroup {
  var state: GradientState
  var momentum: Tensor
}

/// A leapfrog trajectory as a proposal with its Metropolis test.
struct HamiltonianProposal {
  let end: GradientState
  /// Momentum at the end, not flipped.
  let momentum: Tensor
  /// H at the end minus H at the start, `[batch]`.
  let energyError: Tensor
  /// Sum of all that belongs to the end alone, finite when all of it is.
  let finite: Tensor

  init(from state: GradientState, momentum: Tensor, by leapfrog: Leapfrog, count: Int) {
    (end, self.momentum) = leapfrog.integrate(state, momentum: momentum, count: count)
    let kinetic = 0.5 * self.momentum.squared().rowSums()
    energyError = end.energy - state.energy + kinetic - 0.5 * momentum.squared().rowSums()
    finite = end.energy + kinetic
  }

  /// The test, with divergences and evaluations counted.
  func test(count: Int, random: inout RandomStream) -> (test: MetropolisTest, info: StepInfo) {
    let test = MetropolisTest(logRatio: -energyError, finite: finite, random: &random)
    var info = test.info
    info.divergent = 1 - (energyError .< Leapfrog.divergence)
    info.evaluations = Tensor(Float(count)).broadcast(to: energyError.shape)
    return (test, info)
  }
}
