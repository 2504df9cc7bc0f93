public import EBMCore
internal import Tensors

/// ln Z of the model between two bounds by annealed importance sampling, and the likelihood of data that follows.
///
/// Figures: the lower bound of ln Z (forwards from a Gaussian with the moments of the samples), the upper one (backwards
/// from the samples; only as good as they are draws of the model), the mean log likelihood of data that each gives in
/// nats, bits per dimension from the lesser likelihood, and how many equal weights the forward weights are worth. Bounds
/// hold in expectation; a lower one above the upper one says that the samples are not draws of the model, or that few
/// weights dominate. See ``AnnealedImportanceSampling``.
public struct LogNormalizer: Metric {
  public static let name = "log-normalizer"
  public static let summary = "Bounds of ln Z by annealed importance sampling, log likelihood, bits per dimension."
  public static let settings = [
    Setting("bridges", "densities between the base and the model", .integers(10...1_000_000)),
    Setting("chains", "chains each way", .integers(8...1_000_000)),
    Setting("leapfrogSteps", "leapfrog steps of a transition", .integers(1...1_000)),
    Setting("binWidth", "width of one value of dequantised data: 1/256 for [0, 1), 1 for continuous data", .positive),
  ]

  /// Densities between the base and the model. 300.
  public var bridges = 300
  /// Chains each way. 256.
  public var chains = 256
  /// Leapfrog steps of a transition. 4.
  public var leapfrogSteps = 4
  /// Width of one value of dequantised data. 1: continuous data.
  public var binWidth = 1.0

  public init() {}

  /// So many bridges and chains.
  public init(bridges: Int = 300, chains: Int = 256) {
    self.bridges = bridges
    self.chains = chains
  }

  public func evaluate(_ evaluation: Evaluation) -> [Figure] {
    let space = evaluation.dataset.space
    let dimension = space.dimension
    guard let density = evaluation.density, space.values == .continuous, !evaluation.reference.isEmpty,
      evaluation.samples.count >= chains * dimension
    else { return [] }
    let annealing = AnnealedImportanceSampling(
      from: base(evaluation.samples, space.shape), bridges: bridges, leapfrogSteps: leapfrogSteps)
    let starts = Tensor(Array(evaluation.samples.prefix(chains * dimension)), shape: [chains] + space.shape)
    let pilot = density.run([], seed: evaluation.seed) { target, _, random in
      [annealing.forward(to: target, chains: chains, shape: space.shape, random: &random).stepSizes]
    }[0]
    let weights = density.run([starts, pilot], seed: evaluation.seed &+ 1) { target, inputs, random in
      let up = annealing.forward(
        to: target, chains: chains, shape: space.shape, stepSizes: inputs[1], random: &random)
      let down = annealing.reverse(from: inputs[0], of: target, stepSizes: inputs[1], random: &random)
      return [up.logWeights, down.logWeights]
    }
    guard let lower = LogMeanExp(weights[0].scalars.map(Double.init)),
      let inverse = LogMeanExp(weights[1].scalars.map { -Double($0) })
    else { return [] }
    let upper = -inverse.value
    let energy = Moments(density.energies(at: evaluation.reference).map(Double.init))
    func likelihood(_ logZ: Double, _ error: Double) -> (Double, Double) {
      (-energy.mean - logZ, (energy.standardError * energy.standardError + error * error).squareRoot())
    }
    let most = likelihood(lower.value, lower.standardError)
    let least = likelihood(upper, inverse.standardError)
    return [
      Figure("ln Z, lower bound", lower.value, standardError: lower.standardError),
      Figure("ln Z, upper bound", upper, standardError: inverse.standardError),
      Figure("log likelihood, upper bound", most.0, standardError: most.1),
      Figure("log likelihood, lower bound", least.0, standardError: least.1),
      Figure(
        "bits per dimension, upper bound",
        BitsPerDimension.bits(logDensity: least.0, dimension: dimension, binWidth: binWidth),
        standardError: BitsPerDimension.bits(logDensity: -least.1, dimension: dimension)),
      Figure("effective weights", lower.effectiveSampleSize),
    ]
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
