public import EBMCore
private import Foundation
internal import Tensors

/// ln Z of the model between two bounds by annealed importance sampling, and the likelihood of data that follows.
///
/// Figures: the lower bound of ln Z (forwards from a Gaussian with the moments of the samples), the upper one (backwards
/// from the samples, which Metropolis-tested transitions first make more nearly draws of the model; what share each mode
/// has of them, nothing corrects), how far they are apart, the mean log likelihood of data that each gives in nats, bits
/// per dimension from the lesser likelihood, and how many equal weights the forward weights are worth. Bounds hold in
/// expectation; a lower one well above the upper one says that the samples are not draws of the model, or that few weights
/// dominate. See ``AnnealedImportanceSampling``.
///
/// Points of at most 16 coordinates of two values are summed over instead: both bounds are ln Z itself, and there are no
/// weights.
public struct LogNormalizer: Metric {
  public static let name = "log-normalizer"
  public static let summary = "Bounds of ln Z by annealed importance sampling, log likelihood, bits per dimension."
  public static let settings = [
    Setting("bridges", "densities between the base and the model", .integers(10...1_000_000)),
    Setting("chains", "chains each way", .integers(8...1_000_000)),
    Setting("leapfrogSteps", "leapfrog steps of a transition", .integers(1...1_000)),
    Setting("settlingSteps", "transitions of samples at the model before they go back", .integers(0...1_000_000)),
    Setting("binWidth", "width of one value of dequantised data: 1/256 for [0, 1), 1 for continuous data", .positive),
  ]

  /// Densities between the base and the model. 300.
  public var bridges = 300
  /// Chains each way. 256.
  public var chains = 256
  /// Leapfrog steps of a transition. 4.
  public var leapfrogSteps = 4
  /// Transitions of samples at the model before they go back. 100.
  public var settlingSteps = 100
  /// Width of one value of dequantised data. 1: continuous data.
  public var binWidth = 1.0

  public init() {}

  /// So many bridges and chains.
  public init(bridges: Int = 300, chains: Int = 256) {
    self.bridges = bridges
    self.chains = chains
  }

  public func evaluate(_ evaluation: Evaluation) -> [Figure] {
    guard let density = evaluation.density, !evaluation.reference.isEmpty,
      let bounds = evaluation.dataset.space.values == .continuous
        ? annealed(density, evaluation) : summed(density, evaluation.dataset.space)
    else { return [] }
    let energy = Moments(density.energies(at: evaluation.reference).map(Double.init))
    func likelihood(_ name: String, _ logZ: (value: Double, error: Double)) -> Figure {
      let error = (energy.standardError * energy.standardError + logZ.error * logZ.error).squareRoot()
      return Figure("log likelihood, \(name) bound", -energy.mean - logZ.value, standardError: error)
    }
    let (least, most) = (likelihood("lower", bounds.upper), likelihood("upper", bounds.lower))
    let (below, above) = (bounds.lower, bounds.upper)
    let width = Figure(
      "ln Z, bracket width", above.value - below.value,
      standardError: (below.error * below.error + above.error * above.error).squareRoot())
    let dimension = evaluation.dataset.space.dimension
    return [
      least, most, width,
      Figure("ln Z, lower bound", below.value, standardError: below.error),
      Figure("ln Z, upper bound", above.value, standardError: above.error),
      Figure(
        "bits per dimension, upper bound",
        BitsPerDimension.bits(logDensity: least.value, dimension: dimension, binWidth: binWidth),
        standardError: BitsPerDimension.bits(logDensity: -(least.standardError ?? 0), dimension: dimension)),
    ] + [bounds.effectiveWeights].compactMap { $0 }
  }

  /// Bounds of ln Z with their standard errors.
  private struct Bounds {
    var lower: (value: Double, error: Double)
    var upper: (value: Double, error: Double)
    var effectiveWeights: Figure?
  }

  /// Bounds by annealing; nil for too few samples, or weights that are not finite.
  private func annealed(_ density: ModelDensity, _ evaluation: Evaluation) -> Bounds? {
    let space = evaluation.dataset.space
    guard evaluation.samples.count >= chains * space.dimension else { return nil }
    let annealing = AnnealedImportanceSampling(
      from: base(evaluation.samples, space.shape), bridges: bridges, leapfrogSteps: leapfrogSteps)
    let samples = Tensor(Array(evaluation.samples.prefix(chains * space.dimension)), shape: [chains] + space.shape)
    let pilot = density.run([], seed: evaluation.seed) { target, _, random in
      [annealing.forward(to: target, chains: chains, shape: space.shape, random: &random).stepSizes]
    }[0]
    let weights = density.run([samples, pilot], seed: evaluation.seed &+ 1) { target, inputs, random in
      let up = annealing.forward(
        to: target, chains: chains, shape: space.shape, stepSizes: inputs[1], random: &random)
      let starts = annealing.settled(
        inputs[0], in: target, transitions: settlingSteps,
        stepSize: inputs[1].sliced(alongAxis: 0, (bridges - 1)..<bridges), random: &random)
      let down = annealing.reverse(from: starts, of: target, stepSizes: inputs[1], random: &random)
      return [up.logWeights, down.logWeights]
    }
    guard let lower = LogMeanExp(weights[0].scalars.map(Double.init)),
      let inverse = LogMeanExp(weights[1].scalars.map { -Double($0) })
    else { return nil }
    return Bounds(
      lower: (lower.value, lower.standardError), upper: (-inverse.value, inverse.standardError),
      effectiveWeights: Figure(
        "effective weights", lower.effectiveSampleSize, standardError: lower.effectiveSampleSizeError))
  }

  /// ln Z by the sum over all states; nil for too many of them.
  private func summed(_ density: ModelDensity, _ space: SampleSpace) -> Bounds? {
    guard let states = DiscreteStates.all(of: space) else { return nil }
    guard let mean = LogMeanExp(density.energies(at: states).map { -Double($0) }) else { return nil }
    let logZ = mean.value + Double(space.dimension) * log(2)
    return Bounds(lower: (logZ, 0), upper: (logZ, 0))
  }

  /// A Gaussian with the mean and the standard deviation of the samples in each coordinate.
  private func base(_ samples: [Float], _ shape: [Int]) -> AnnealedImportanceSampling.Base {
    let width = shape.reduce(1, *)
    let moments = (0..<width).map { column in
      Moments(stride(from: column, to: samples.count, by: width).lazy.map { Double(samples[$0]) })
    }
    // A coordinate that does not move, such as the corner of an image, still needs a width.
    let widest = moments.map(\.variance).max()?.squareRoot() ?? 1
    let least = widest > 0 ? 1e-2 * widest : 1
    return .gaussian(
      mean: Tensor(moments.map { Float($0.mean) }, shape: shape),
      deviation: Tensor(moments.map { Float(max(least, $0.variance.squareRoot())) }, shape: shape))
  }
}
