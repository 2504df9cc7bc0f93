public import EBMCore
public import Tensors

/// Hamiltonian Monte Carlo that keeps part of its momentum from step to step.
///
/// ```
/// w ← c w + √(1 − c²) n,  n ~ N(0, I);   L integrator steps;   accept when ln u < H − H′, else keep x and turn w round
/// ```
/// with c = `damping` and w the momentum in whitened coordinates, so that n and w have the covariance M in the usual
/// ones. Turning the refreshed momentum round on a rejection is what makes the step exact. The first step of a chain
/// draws all of its momentum. Source: Horowitz, *A generalized guided Monte Carlo algorithm*, 1991.
///
/// With `adjusted` off every trajectory is accepted: underdamped dynamics with the integrator's bias, as in annealed
/// sampling of diffusion models (Du et al., *Reduce, reuse, recycle*, 2023).
public struct GeneralizedHMC: TunableSampler, PreconditionedSampler {
  public static let name = "generalized-hmc"
  public static let summary = "Hamiltonian Monte Carlo with partial refreshment of the momentum."

  @Setting("trajectories a chain", .integers(0...)) public var steps = 10
  @Setting("ε of the integrator, in units of the target's scale", .positive) public var stepSize: Float = 0.25
  @Setting("integrator steps a trajectory", .integers(1...)) public var leapfrogSteps = 3
  @Setting("c, share of the momentum that is kept: 0 for plain HMC", .range(0..<1)) public var damping: Float = 0.7
  @Setting("whether trajectories take a Metropolis test") public var adjusted = true
  @Setting("how a step is integrated") public var integrator = Integrator.leapfrog
  @Setting("variance of each coordinate, or the covariance matrix by rows; empty for the identity", .list(of: .finite))
  public var inverseMass: [Float] = []

  public init() {}

  /// 0.9: each rejection turns a chain round.
  public var targetAcceptance: Double { 0.9 }

  public var isExact: Bool { adjusted }

  public var diagnostics: [String] { [HamiltonianProposal.energyErrorName] }

  public func start(at position: Tensor, target: Target) -> MomentumState {
    MomentumState(at: position, target: target)
  }

  public func step(_ state: inout MomentumState, target: Target, random: inout RandomStream) -> StepInfo {
    let x = state.point.state.position
    let start = state.refreshed(state.point, keeping: damping, noise: random.normal(x.shape))
    let proposal = Hamiltonian(target, mass: mass(for: x)).proposal(
      from: start, by: integrator.splitting, stepSize: stepSize * target.scale(for: x), count: leapfrogSteps)
    guard adjusted else {
      state = MomentumState(proposal.end)
      return proposal.info
    }
    let test = proposal.test(random: &random)
    let turned = PhasePoint(start.state, momentum: -start.momentum)
    state = MomentumState(test.choose(proposal.end, over: turned))
    return test.info
  }

  public func position(of state: MomentumState) -> Tensor { state.point.state.position }
}
