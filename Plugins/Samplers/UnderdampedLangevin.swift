public import EBMCore
internal import Foundation
public import Tensors

/// Underdamped (kinetic) Langevin dynamics by the splitting BAOAB, without a Metropolis test.
///
/// ```
/// B: w ← w − (h/2) Lᵀ∇E(x)     A: x ← x + (h/2) L w     O: w ← c w + √(1 − c²) n,  c = exp(−γ h)
/// ```
/// in the order B A O A B, one gradient a step, with h = `stepSize` × the target's scale, γ = `friction` and w the
/// momentum in whitened coordinates. On a Gaussian the law of x is exact for every friction and every stable step
/// (h < 2 s on N(0, s²)), while w has variance 1 − h²/(4 s²); elsewhere the bias is O(h²), and O(h⁴) at high friction.
/// Source: Leimkuhler & Matthews, *Rational construction of stochastic numerical methods for molecular sampling*, 2013.
public struct UnderdampedLangevin: PreconditionedSampler {
  public static let name = "underdamped-langevin"
  public static let summary = "Underdamped Langevin dynamics by the BAOAB splitting."

  @Setting("steps a chain", .integers(0...)) public var steps = 30
  @Setting("h, in units of the target's scale", .positive) public var stepSize: Float = 0.5
  @Setting("γ, for time in units of the target's scale", .positive) public var friction: Float = 1
  @Setting("variance of each coordinate, or the covariance matrix by rows; empty for the identity", .list(of: .finite))
  public var inverseMass: [Float] = []

  public init() {}

  public var isExact: Bool { false }

  public func start(at position: Tensor, target: Target) -> MomentumState {
    MomentumState(at: position, target: target)
  }

  public func step(_ state: inout MomentumState, target: Target, random: inout RandomStream) -> StepInfo {
    let x = state.point.state.position
    let dynamics = Hamiltonian(target, mass: mass(for: x))
    let half = 0.5 * stepSize * target.scale(for: x)
    var point = state.point
    dynamics.kick(&point, by: half)
    // A chain without momentum stays where it is until O gives it one.
    point.momentum = state.moving(point.momentum)
    dynamics.drift(&point, by: half)
    point = state.refreshed(point, keeping: exp(-friction * stepSize), noise: random.normal(x.shape))
    dynamics.drift(&point, by: half)
    dynamics.kick(&point, by: half)
    state = MomentumState(point)
    return StepInfo()
  }

  public func position(of state: MomentumState) -> Tensor { state.point.state.position }
}
