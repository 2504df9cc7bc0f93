public import EBMCore
public import Tensors

/// The dynamics of H(x, w) = E(x) + ‖w‖²/2 in pieces that samplers are made of, w being the momentum in whitened
/// coordinates, w = Lᵀ p with Σ = L Lᵀ the inverse mass:
///
/// ```
/// kick:  w ← w − t Lᵀ∇E(x)       drift: x ← x + t L w       refresh: w ← c w + √(1 − c²) n,  n ~ N(0, I)
/// ```
/// Times are shaped to multiply points, see ``Target/scale(for:)``; a negative one goes back. Whitening is Neal's, 2011,
/// section 4.1.
public struct Hamiltonian: Sendable {
  /// E.
  public let target: Target
  /// Σ.
  public let mass: Preconditioner

  /// A target's dynamics.
  public init(_ target: Target, mass: Preconditioner = .identity) { (self.target, self.mass) = (target, mass) }

  /// A change of H beyond which a trajectory counts as divergent: its probability is below any that is ever seen.
  public static let divergence: Float = 1_000

  /// H of each chain, `[batch]`.
  public func energy(of point: PhasePoint) -> Tensor { point.state.energy + point.kineticEnergy }

  /// Moves momenta for this time, at fixed points. Uses the gradient that is there.
  public func kick(_ point: inout PhasePoint, by time: Tensor) {
    point.momentum = point.momentum - time * mass.toMomenta(point.state.gradient)
  }

  /// Moves points for this time, at fixed momenta, and gets E and ∇E there. What is not looked at before the next drift
  /// is not computed.
  public func drift(_ point: inout PhasePoint, by time: Tensor) {
    point.state = GradientState(at: point.state.position + time * mass.toPoints(point.momentum), target: target)
  }

  /// Moves along a trajectory.
  ///
  /// - Parameters:
  ///   - splitting: how a step is made.
  ///   - stepSize: ε, `[batch, 1, …]` or a scalar.
  ///   - count: number of steps.
  public func move(
    _ point: inout PhasePoint, by splitting: Splitting = Integrator.leapfrog.splitting, stepSize: Tensor, count: Int = 1
  ) {
    func time(_ part: Float) -> Tensor { part == 1 ? stepSize : part * stepSize }
    let (first, last) = (splitting.kicks[0], splitting.kicks[splitting.drifts.count])
    func step(_ point: inout PhasePoint, lastKick: Float) {
      for (index, part) in splitting.drifts.enumerated() {
        drift(&point, by: time(part))
        kick(&point, by: time(index + 1 == splitting.drifts.count ? lastKick : splitting.kicks[index + 1]))
      }
    }
    kick(&point, by: time(first))
    if count == 1 { return step(&point, lastKick: last) }
    // The last kick of a step and the first of the next are one kick; that of the last step goes too far.
    point = Tensor.iterate(count, from: point) { point, _ in step(&point, lastKick: last + first) }
    kick(&point, by: time(-first))
  }

  /// A trajectory as a proposal with its Metropolis test.
  ///
  /// - Parameters: as those of ``move(_:by:stepSize:count:)``.
  public func proposal(
    from start: PhasePoint, by splitting: Splitting = Integrator.leapfrog.splitting, stepSize: Tensor, count: Int
  ) -> HamiltonianProposal {
    var end = start
    move(&end, by: splitting, stepSize: stepSize, count: count)
    return HamiltonianProposal(start: start, end: end, evaluations: count * splitting.drifts.count)
  }
}

/// Points with energies, gradients and momenta in whitened coordinates.
public struct PhasePoint: TensorGroup {
  /// x with E and ∇E.
  public var state: GradientState
  /// w, in the shape of points.
  public var momentum: Tensor

  /// Points in motion.
  public init(_ state: GradientState, momentum: Tensor) { (self.state, self.momentum) = (state, momentum) }

  /// ‖w‖²/2, `[batch]`.
  public var kineticEnergy: Tensor { 0.5 * momentum.squared().sumOfFeatures() }

  /// c w + √(1 − c²) n for noise n ~ N(0, I) of the points' shape: keeps w ~ N(0, I), and c of what it was.
  public mutating func refresh(keeping c: Float, noise: Tensor) {
    momentum = c * momentum + (1 - c * c).squareRoot() * noise
  }
}

/// The end of a trajectory as a proposal.
public struct HamiltonianProposal: Sendable {
  /// Where it ends, the momentum not turned round.
  public let end: PhasePoint
  /// H at the end minus H at the start, `[batch]`.
  public let energyError: Tensor
  /// Sum of all that belongs to the end alone, finite when all of it is.
  private let finite: Tensor
  private let evaluations: Int

  init(start: PhasePoint, end: PhasePoint, evaluations: Int) {
    self.end = end
    let kinetic = end.kineticEnergy
    energyError = end.state.energy - start.state.energy + kinetic - start.kineticEnergy
    finite = end.state.energy + kinetic
    self.evaluations = evaluations
  }

  /// Name of the diagnostic of a sampler's own that ``info`` holds: the mean of min(|H′ − H|, 1,000).
  public static let energyErrorName = "energyError"

  /// Divergences, evaluations and the error of H.
  public var info: StepInfo {
    // A NaN compares as false.
    let isSmall = energyError.absolute() .< Hamiltonian.divergence
    return StepInfo(
      divergent: 1 - (energyError .< Hamiltonian.divergence),
      evaluations: Tensor(Float(evaluations)).broadcast(to: energyError.shape),
      own: [
        Self.energyErrorName: Tensor.select(isSmall, energyError.absolute(), Tensor(Hamiltonian.divergence))
      ])
  }

  /// The Metropolis test of H, with what ``info`` tells.
  public func test(random: inout RandomStream) -> MetropolisTest {
    var test = MetropolisTest(logRatio: -energyError, finite: finite, random: &random)
    let info = info
    (test.info.divergent, test.info.evaluations, test.info.own) = (info.divergent, info.evaluations, info.own)
    return test
  }
}
