/// A sampler with a step size that can be tuned by its acceptance.
public protocol TunableSampler: Sampler {
  /// Step size in units of the target's scale.
  var stepSize: Float { get set }
  /// The mean acceptance probability that is best, in (0, 1).
  var targetAcceptance: Double { get }
}

/// A tunable sampler that moves along trajectories of a fixed number of steps, each from a fresh momentum.
public protocol TrajectorySampler: TunableSampler {
  /// Integrator steps of a trajectory, at least 1.
  var leapfrogSteps: Int { get set }
}

/// A sampler that takes a guess of the target's covariance.
public protocol PreconditionedSampler: Sampler {
  /// Variances of the coordinates, or their whole covariance matrix row by row, up to a factor that the step size makes
  /// up for: D numbers, D² numbers, or none for the identity. For Hamiltonian methods this is the inverse mass.
  var inverseMass: [Float] { get set }
}

extension PreconditionedSampler {
  /// An inverse mass for points of another dimension.
  public func misfits(in surroundings: Surroundings) -> [ConfigurationProblem] {
    let (space, dimension) = (surroundings.space, surroundings.space.dimension)
    if [0, dimension, dimension * dimension].contains(inverseMass.count) { return [] }
    return [
      ConfigurationProblem(
        path: "inverseMass", found: "\(inverseMass.count) numbers",
        expected:
          "none, \(dimension) variances or \(dimension * dimension) covariances for points of shape \(space.shape)")
    ]
  }
}
