public import EBMCore
public import Tensors

/// Hamiltonian Monte Carlo that keeps part of its momentum from step to step.
///
/// ```
/// w ← c w + √(1 − c²) n,  n ~ N(0, I);   L leapfrog steps;   accept when ln u < H − H′, else keep x and turn w round
/// ```
/// with c = `damping` and w the momentum in whitened coordinates, so that n and w have the covariance M in the usual
/// ones. Turning the refreshed momentum round on a rejection is what makes the step exact. The first step of a chain
/// draws all of its momentum. Source: Horowitz, *A generalized guided Monte Carlo algorithm*, 1991.
///
/// With `adjusted` off every trajectory is accepted: underdamped dynamics with the leapfrog's bias, as in annealed
/// sampling of diffusion models (Du et al., *Reduce, reuse, recycle*, 2023).
public struct GeneralizedHMC: TunableSampler, PreconditionedSampler {
  public static let name = "generalized-hmc"
  public static let summary = "Hamiltonian Monte Carlo with partial refreshment of the momentum."
  public static let settings = [
    Setting("steps", "trajectories a chain", .integers(1...)),
    Setting("stepSize", "ε of the leapfrog integrator, in units of the target's scale", .positive),
    Setting("leapfrogSteps", "leapfrog steps a trajectory", .integers(1...)),
    Setting("damping", "c, share of the momentum that is kept: 0 for plain HMC", .range(0..<1)),
    Setting("adjusted", "whether trajectories take a Metropolis test", .flag), .inverseMass,
  ]

  /// Trajectories a chain. 10.
  public var steps = 10
  /// ε in units of the target's scale. 0.25.
  public var stepSize: Float = 0.25
  /// L. 3.
  public var leapfrogSteps = 3
  /// c. 0.7.
  public var damping: Float = 0.7
  /// Whether trajectories take a Metropolis test. Yes.
  public var adjusted = true
  /// M⁻¹. The identity.
  public var inverseMass: [Float] = []

  public init() {}

  /// So many trajectories that keep so much of their momentum.
  public init(
    steps: Int = 10, stepSize: Float = 0.25, leapfrogSteps: Int = 3, damping: Float = 0.7, adjusted: Bool = true
  ) {
    self.steps = steps
    self.stepSize = stepSize
    self.leapfrogSteps = leapfrogSteps
    self.damping = damping
    self.adjusted = adjusted
  }

  /// 0.9: each rejection turns a chain round.
  public var targetAcceptance: Double { 0.9 }

  public var isExact: Bool { adjusted }

  public func start(at position: Tensor, target: Target) -> MomentumState {
    MomentumState(at: position, target: target)
  }

  public func step(_ state: inout MomentumState, target: Target, random: inout RandomStream) -> StepInfo {
    let noise = random.normal(state.point.position.shape)
    let refreshed = state.refreshed(state.momentum, keeping: damping, noise: noise)
    let hmc = HMC(stepSize: stepSize, leapfrogSteps: leapfrogSteps, inverseMass: inverseMass)
    let proposal = hmc.proposal(from: state.point, momentum: refreshed, target: target)
    guard adjusted else {
      state = MomentumState(point: proposal.end, momentum: proposal.momentum)
      return StepInfo(
        divergent: 1 - (proposal.energyError.absolute() .< Leapfrog.divergence),
        evaluations: Tensor(Float(leapfrogSteps)).broadcast(to: proposal.energyError.shape))
    }
    let (test, info) = proposal.test(count: leapfrogSteps, random: &random)
    let point = zip(proposal.end.tensors, state.point.tensors).map { test.choose($0, over: $1) }
    state = MomentumState(
      point: GradientState(tensors: point), momentum: test.choose(proposal.momentum, over: -refreshed))
    return info
  }

  public func position(of state: MomentumState) -> Tensor { state.point.position }
}
