public import EBMCore
private import Foundation
internal import Tensors
internal import Sampling

/// ln Z of the model between two bounds by annealed importance sampling, and the likelihood of data that follows.
///
/// Figures: the lower bound of ln Z (forwards from a Gaussian with the moments of the samples), the upper one (backwards
/// from the samples, which Metropolis-tested transitions first make more nearly draws of the model; what share each mode
/// has of them, nothing corrects), how far they are apart, the mean log likelihood of data that each gives in nats, bits
/// per dimension from the lesser likelihood, and how many equal weights the forward weights are worth. Bounds hold in
/// expectation. Where the lower one lies above the upper one by more than their errors, few weights dominate or the bounds
/// are far apart, annealing is repeated with four times the densities, up to `maximumBridges`; figures that are not sound
/// then say why. See ``AnnealedImportanceSampling`` and ``AnnealedBounds``.
///
/// Points of at most 16 coordinates of two values are summed over instead: both bounds are ln Z itself, and there are no
/// weights.
public struct LogNormalizer: Metric {
  public static let name = "log-normalizer"
  public static let summary = "Bounds of ln Z by annealed importance sampling, log likelihood, bits per dimension."

  public static var uses: Set<EvaluationPoints> { [.samples] }

  @Setting("densities between the base and the model", .integers(10...1_000_000)) public var bridges = 300
  @Setting(
    "densities at most, where fewer do not give sound bounds; below bridges: no more than these",
    .integers(0...10_000_000))
  public var maximumBridges = 1_200
  @Setting("chains each way", .integers(8...1_000_000)) public var chains = 256
  @Setting("leapfrog steps of a transition", .integers(1...1_000)) public var leapfrogSteps = 4
  @Setting("transitions of samples at the model before they go back", .integers(0...1_000_000))
  public var settlingSteps = 100
  /// 1: continuous data.
  @Setting("width of one value of dequantised data: 1/256 for [0, 1), 1 for continuous data", .positive)
  public var binWidth = 1.0

  public init() {}

  public func evaluate(_ evaluation: Evaluation) -> [Figure] {
    guard let density = evaluation.density else { return [] }
    let found =
      evaluation.dataset.space.values == .continuous
      ? annealed(density, evaluation) : summed(density, evaluation.dataset.space)
    switch found {
    case .failure(let reason): return [.missing("ln Z", reason.text)]
    case .success(let bounds): return figures(bounds, density, evaluation)
    }
  }

  /// Densities times chains times coordinates of a repetition at most: photographs are not annealed again for hours.
  private static let mostWork = 2_000_000_000

  /// Why there are no bounds.
  struct Reason: Error {
    let text: String
  }

  private func figures(_ bounds: AnnealedBounds, _ density: ModelDensity, _ evaluation: Evaluation) -> [Figure] {
    let energies = density.energies(at: evaluation.reference)
    let energy = Moments(energies.map(Double.init))
    let cautions = FigureWords.notFinite(energies, "energy", of: "points of data")
    func likelihood(_ name: String, _ logZ: AnnealedBounds.Bound) -> Figure {
      let error = (energy.standardError * energy.standardError + logZ.error * logZ.error).squareRoot()
      return Figure(
        "log likelihood, \(name) bound", -energy.mean - logZ.value, standardError: error,
        cautions: logZ.cautions + cautions
      ).with(evaluation.cautions(on: [.data]))
    }
    let (least, most) = (likelihood("lower", bounds.upper), likelihood("upper", bounds.lower))
    let dimension = evaluation.dataset.space.dimension
    func bound(_ name: String, _ bound: AnnealedBounds.Bound) -> Figure {
      Figure("ln Z, \(name) bound", bound.value, standardError: bound.error, cautions: bound.cautions)
    }
    return [
      least, most,
      Figure("ln Z, bracket width", bounds.width, standardError: bounds.widthError, cautions: bounds.cautions),
      bound("lower", bounds.lower), bound("upper", bounds.upper),
      Figure(
        "bits per dimension, upper bound",
        BitsPerDimension.bits(logDensity: least.value, dimension: dimension, binWidth: binWidth),
        standardError: BitsPerDimension.bits(logDensity: -(least.standardError ?? 0), dimension: dimension),
        cautions: least.cautions),
    ] + [bounds.effectiveWeights].compactMap { $0 }
  }

  /// Bounds by annealing, with more densities until they are sound or there are enough.
  private func annealed(_ density: ModelDensity, _ evaluation: Evaluation) -> Result<AnnealedBounds, Reason> {
    let space = evaluation.dataset.space
    // As many chains as there are samples to start them at, and as a program holds of large points.
    let count = min(chains, evaluation.samples.count / max(1, space.dimension), max(8, density.pointsPerRun))
    guard count >= 8, !evaluation.reference.isEmpty else {
      return .failure(Reason(text: "needs 8 samples and a point of data, there are \(count) samples"))
    }
    var bridges = bridges
    while true {
      guard let bounds = pass(density, evaluation, chains: count, bridges: bridges) else {
        return .failure(
          Reason(
            text:
              "weights are not finite: the model's energy is not a number, or has no lower bound, between the chains"))
      }
      let more = min(maximumBridges, 4 * bridges)
      let isAffordable = more * count * space.dimension <= LogNormalizer.mostWork
      if bounds.isSound || more <= bridges || !isAffordable { return .success(bounds) }
      bridges = more
    }
  }

  /// Bounds by annealing through so many densities; nil for weights that are not finite.
  private func pass(_ density: ModelDensity, _ evaluation: Evaluation, chains: Int, bridges: Int) -> AnnealedBounds? {
    let space = evaluation.dataset.space
    let annealing = AnnealedImportanceSampling(
      from: base(evaluation.samples, space.shape), bridges: bridges, leapfrogSteps: leapfrogSteps)
    let samples = Tensor(Array(evaluation.samples.prefix(chains * space.dimension)), shape: [chains] + space.shape)
    let pilot = density.run([], seed: evaluation.seed) { target, _, random in
      [annealing.forward(to: target, chains: chains, shape: space.shape, random: &random).stepSizes]
    }[0]
    let settling = settlingSteps * bridges / self.bridges
    let weights = density.run([samples, pilot], seed: evaluation.seed &+ 1) { target, inputs, random in
      let up = annealing.forward(
        to: target, chains: chains, shape: space.shape, stepSizes: inputs[1], random: &random)
      let starts = annealing.settled(
        inputs[0], in: target, transitions: settling,
        stepSize: inputs[1].sliced(alongAxis: 0, (bridges - 1)..<bridges), random: &random)
      let down = annealing.reverse(from: starts, of: target, stepSizes: inputs[1], random: &random)
      return [up.logWeights, down.logWeights]
    }
    guard let up = LogMeanExp(weights[0].scalars.map(Double.init)),
      let down = LogMeanExp(weights[1].scalars.map { -Double($0) })
    else { return nil }
    return AnnealedBounds(up: up, down: down, chains: chains, bridges: bridges)
  }

  /// ln Z by the sum over all states, for few enough of them.
  private func summed(_ density: ModelDensity, _ space: SampleSpace) -> Result<AnnealedBounds, Reason> {
    guard let states = DiscreteStates.all(of: space) else {
      return .failure(Reason(text: "2^\(space.dimension) states are too many to be summed over"))
    }
    guard let mean = LogMeanExp(density.energies(at: states).map { -Double($0) }) else {
      return .failure(Reason(text: "the model's energy is not a number at some of the states"))
    }
    return .success(AnnealedBounds(exact: mean.value + Double(space.dimension) * log(2)))
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
