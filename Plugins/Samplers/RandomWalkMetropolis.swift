public import EBMCore
public import Tensors

/// Random-walk Metropolis: a Gaussian step, accepted by the ratio of densities. Needs no gradient.
///
/// ```
/// x′ = x + b L ε,   ε ~ N(0, I),   Σ = L Lᵀ,   log a = E(x) − E(x′)
/// ```
/// with b = `stepSize` × the target's scale. Exact for any b. A proposal whose energy is not finite is rejected and
/// counted. Source: Metropolis et al., *Equation of state calculations by fast computing machines*, 1953.
public struct RandomWalkMetropolis: TunableSampler, PreconditionedSampler {
  public static let name = "random-walk-metropolis"
  public static let summary = "Random-walk Metropolis: no gradients."

  /// 100: it moves by small steps in random directions.
  @Setting("steps a chain", .integers(0...)) public var steps = 100
  /// 1; 2.4/√D is best on N(0, I).
  @Setting("b, in units of the target's scale: standard deviation of a step", .positive) public var stepSize: Float = 1
  @Setting("variance of each coordinate, or the covariance matrix by rows; empty for the identity", .list(of: .finite))
  public var inverseMass: [Float] = []

  public init() {}

  public var needs: [Need] { [.points(Self.values)] }

  /// 0.234, best in high dimensions (Roberts, Gelman & Gilks, 1997); in one dimension 0.44 is.
  public var targetAcceptance: Double { 0.234 }

  /// Where the chains are, with the energies there.
  public struct State: TensorGroup {
    /// `[batch, …]`.
    public var position: Tensor
    /// `[batch]`.
    public var energy: Tensor
  }

  public func start(at position: Tensor, target: Target) -> State {
    State(position: position, energy: target.energy(position))
  }

  public func step(_ state: inout State, target: Target, random: inout RandomStream) -> StepInfo {
    let x = state.position
    let metric = mass(for: x)
    let proposal = x + stepSize * target.scale(for: x) * metric.toPoints(random.normal(x.shape))
    let energy = target.energy(proposal)
    let test = MetropolisTest(logRatio: state.energy - energy, finite: energy, random: &random)
    state = test.choose(State(position: proposal, energy: energy), over: state)
    return test.info
  }

  public func position(of state: State) -> Tensor { state.position }
}
