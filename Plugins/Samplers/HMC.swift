public import EBMCore
public import Tensors

/// Hamiltonian Monte Carlo: a trajectory from a fresh momentum, then a Metropolis test.
///
/// ```
/// v ~ N(0, M),  L steps of size ε,   accept when ln u < H − H′,   H = E(x) + vᵀ M⁻¹ v/2
/// ```
/// with ε = `stepSize` × the target's scale and M⁻¹ = `inverseMass`. Exact for any ε. A proposal that is not finite is
/// rejected and counted; an energy error above 1,000 counts as a divergence. Source: Duane et al., *Hybrid Monte
/// Carlo*, 1987; Neal, 2011.
public struct HMC: TrajectorySampler, PreconditionedSampler {
  public static let name = "hmc"
  public static let summary = "Hamiltonian Monte Carlo with a fixed number of steps."

  @Setting("trajectories a chain", .integers(0...)) public var steps = 10
  /// 0.25: with 10 leapfrog steps a trajectory crosses N(0, I).
  @Setting("ε of the integrator, in units of the target's scale", .positive) public var stepSize: Float = 0.25
  @Setting("integrator steps a trajectory", .integers(1...)) public var leapfrogSteps = 10
  @Setting("how a step is integrated") public var integrator = Integrator.leapfrog
  @Setting("variance of each coordinate, or the covariance matrix by rows; empty for the identity", .list(of: .finite))
  public var inverseMass: [Float] = []

  public init() {}

  /// 0.8: above 0.651, which is best for a single known trajectory length (Beskos et al., 2013), as errors cost more on
  /// one side than on the other.
  public var targetAcceptance: Double { 0.8 }

  public var diagnostics: [String] { [HamiltonianProposal.energyErrorName] }

  public func start(at position: Tensor, target: Target) -> GradientState {
    GradientState(at: position, target: target)
  }

  public func step(_ state: inout GradientState, target: Target, random: inout RandomStream) -> StepInfo {
    let point = PhasePoint(state, momentum: random.normal(state.position.shape))
    let proposal = Hamiltonian(target, mass: mass(for: state.position)).proposal(
      from: point, by: integrator.splitting, stepSize: stepSize * target.scale(for: state.position),
      count: leapfrogSteps)
    let test = proposal.test(random: &random)
    state = test.choose(proposal.end.state, over: state)
    return test.info
  }

  public func position(of state: GradientState) -> Tensor { state.position }
}
