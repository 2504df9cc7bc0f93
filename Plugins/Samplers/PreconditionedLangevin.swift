public import EBMCore
public import Tensors

/// Unadjusted Langevin dynamics in coordinates of like size.
///
/// ```
/// x ← x − (b²/2) Σ ∇E(x) + b L ε,   Σ = L Lᵀ,   ε ~ N(0, I)
/// ```
/// with b = `stepSize` × the target's scale. On a Gaussian of variances s² and for a diagonal Σ of variances d the
/// chain's variances are s²/(1 − b² d/(4 s²)): with d = s² all coordinates are as stable, and as biased, as one another.
/// Source: Girolami & Calderhead, *Riemann manifold Langevin and Hamiltonian Monte Carlo methods*, 2011, for a constant
/// metric.
public struct PreconditionedLangevin: PreconditionedSampler {
  public static let name = "preconditioned-langevin"
  public static let summary = "Unadjusted Langevin dynamics with a covariance for its steps."

  @Setting("steps a chain", .integers(0...)) public var steps = 15
  @Setting("b, in units of the target's scale", .positive) public var stepSize: Float = 1
  @Setting("variance of each coordinate, or the covariance matrix by rows; empty for the identity", .list(of: .finite))
  public var inverseMass: [Float] = []

  public init() {}

  public var isExact: Bool { false }

  public func start(at position: Tensor, target: Target) -> PositionState { PositionState(position: position) }

  public func step(_ state: inout PositionState, target: Target, random: inout RandomStream) -> StepInfo {
    let x = state.position
    let metric = mass(for: x)
    let b = stepSize * target.scale(for: x)
    let gradient = metric.toMomenta(target.energyWithGradient(x).gradient)
    state.position = x + b * metric.toPoints(random.normal(x.shape) - 0.5 * b * gradient)
    return StepInfo()
  }

  public func position(of state: PositionState) -> Tensor { state.position }
}
