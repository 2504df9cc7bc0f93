public import EBMCore
public import Tensors

/// The no-U-turn sampler: Hamiltonian trajectories that are doubled forwards or backwards in time until they turn back,
/// with a point chosen from each by its weight exp(−H).
///
/// The step size ε is `stepSize` × the target's scale, the inverse mass is `inverseMass`. Trajectories have at most
/// 2^`maximumDepth` − 1 steps. Chains of a batch go on together until the last one has finished. One whose
/// energy error exceeds 1,000 stops there and counts as divergent: its step is too long for the place it is in.
///
/// Sources: Hoffman & Gelman, *The no-U-turn sampler*, 2014; Betancourt, *A conceptual introduction to Hamiltonian Monte
/// Carlo*, 2017, for multinomial weights and the criterion on summed momenta; Phan, Pradhan & Jankowiak, *Composable
/// effects for flexible and accelerated probabilistic programming*, 2019, for trees without recursion.
public struct NUTS: TunableSampler, PreconditionedSampler {
  public static let name = "nuts"
  public static let summary = "No-U-turn sampler: Hamiltonian Monte Carlo that finds its trajectories' length."

  @Setting("trajectories a chain", .integers(0...)) public var steps = 10
  @Setting("ε of the integrator, in units of the target's scale", .positive) public var stepSize: Float = 0.25
  /// 10, 1,023 steps, as in Stan.
  @Setting("doublings of a trajectory at most", .integers(1...15)) public var maximumDepth = 10
  @Setting("how a step is integrated") public var integrator = Integrator.leapfrog
  @Setting("variance of each coordinate, or the covariance matrix by rows; empty for the identity", .list(of: .finite))
  public var inverseMass: [Float] = []

  public init() {}

  /// 0.8, as in Stan: the mean over a trajectory's points of what Metropolis's test would give them.
  public var targetAcceptance: Double { 0.8 }

  /// Doublings of the trajectories.
  public var diagnostics: [String] { ["treeDepth"] }

  public func start(at position: Tensor, target: Target) -> GradientState {
    GradientState(at: position, target: target)
  }

  public func step(_ state: inout GradientState, target: Target, random: inout RandomStream) -> StepInfo {
    // Points are rows of D numbers inside.
    let shape = state.position.shape
    let rows = [shape[0], shape.dropFirst().reduce(1, *)]
    let start = state.reshaped(rows)
    let growth = TrajectoryGrowth(
      Hamiltonian(target.taking(rowsOf: shape), mass: mass(for: start.position)),
      stepSize: stepSize * target.scale(for: start.position), splitting: integrator.splitting,
      maximumDepth: maximumDepth)
    let trajectory = growth.trajectory(
      from: PhasePoint(start, momentum: random.normal(rows)), random: &random)
    state = trajectory.sample.reshaped(shape)
    return StepInfo(
      acceptance: trajectory.acceptance / trajectory.leaves, nonFinite: trajectory.nonFinite,
      divergent: trajectory.divergent,
      evaluations: trajectory.leaves * Float(growth.splitting.drifts.count),
      own: ["treeDepth": trajectory.depth])
  }

  public func position(of state: GradientState) -> Tensor { state.position }
}
