internal import EBMCore

/// ln Z between two bounds by annealing, and what its own numbers say against them.
///
/// Both bounds hold in expectation only, the lower one whatever the chains do: by Markov's inequality it exceeds ln Z by b
/// with probability e^−b at most. The upper one holds for chains that start at draws of the model; one below the lower
/// bound shows that they did not, or that few weights carry it.
struct AnnealedBounds {
  /// A bound, its standard error, and why neither can be trusted.
  struct Bound {
    var value: Double
    var error: Double
    var cautions: [String] = []
  }

  let lower: Bound
  let upper: Bound
  /// How many equal weights the lower bound's weights are worth; nil for a sum over all states.
  let effectiveWeights: Figure?
  /// What is against both bounds together.
  let cautions: [String]

  /// Errors of a mean that fewer weights than this carry are no errors.
  private static let fewWeights = 10.0
  /// Nats between bounds that fix ln Z well enough.
  private static let narrow = 0.5
  /// How many errors the bounds may be crossed by.
  private static let crossing = 3.0

  /// ln Z itself.
  init(exact logZ: Double) {
    (lower, upper, effectiveWeights, cautions) = (Bound(value: logZ, error: 0), Bound(value: logZ, error: 0), nil, [])
  }

  /// Bounds from log weights forwards, and from their negatives backwards.
  init(up: LogMeanExp, down: LogMeanExp, chains: Int, bridges: Int) {
    func few(_ weights: LogMeanExp, _ bound: String) -> [String] {
      let size = weights.effectiveSampleSize
      guard size < min(AnnealedBounds.fewWeights, 0.5 * Double(chains)) else { return [] }
      return [
        "\(FigureWords.short(size)) of \(chains) weights carry the \(bound) bound of ln Z: its error is too small"
      ]
    }
    var (lower, upper) = (
      Bound(value: up.value, error: up.standardError, cautions: few(up, "lower")),
      Bound(value: -down.value, error: down.standardError, cautions: few(down, "upper"))
    )
    let error = (lower.error * lower.error + upper.error * upper.error).squareRoot()
    let width = upper.value - lower.value
    var cautions: [String] = []
    if width < -AnnealedBounds.crossing * error {
      let caution =
        "the upper bound of ln Z is \(FigureWords.short(-width)) below the lower one, at \(bridges) densities: "
        + "the samples are not draws of the model's density"
      cautions = [caution]
      upper.cautions.append(caution)
    } else if width > AnnealedBounds.narrow + AnnealedBounds.crossing * error {
      cautions = ["the bounds of ln Z are \(FigureWords.short(width)) apart after \(bridges) densities"]
    }
    (self.lower, self.upper) = (lower, upper)
    self.cautions = cautions + lower.cautions + upper.cautions.filter { !cautions.contains($0) }
    effectiveWeights = Figure(
      "effective weights", up.effectiveSampleSize,
      standardError: lower.cautions.isEmpty ? up.effectiveSampleSizeError : nil, cautions: lower.cautions)
  }

  var width: Double { upper.value - lower.value }
  var widthError: Double { (lower.error * lower.error + upper.error * upper.error).squareRoot() }
  /// Whether nothing is against them.
  var isSound: Bool { cautions.isEmpty }
}
