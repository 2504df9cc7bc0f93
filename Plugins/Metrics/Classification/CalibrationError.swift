public import EBMCore
internal import Tensors
internal import Sampling

/// Accuracy and expected calibration error of the classifier in a model, on labelled data.
///
/// ```
/// ECE = Σ_b (n_b/n) |accuracy_b − mean confidence_b|
/// ```
/// over B bins of equal width of the largest class probability. Biased upwards, by about √(B/n)/2 for a calibrated
/// classifier. Standard errors: that of a proportion, and of 100 bootstrap samples. Source: Guo et al., *On calibration
/// of modern neural networks*, 2017.
public struct CalibrationError: Metric {
  public static let name = "calibration-error"
  public static let summary = "Accuracy and expected calibration error of the classifier in a model."

  public static var uses: Set<EvaluationPoints> { [.data] }

  @Setting("B, bins of the confidence", .integers(1...1_000)) public var bins = 15

  private static let resamples = 100

  public init() {}

  public func evaluate(_ evaluation: Evaluation) throws -> [Figure] {
    let width = evaluation.dataset.space.dimension
    guard let classify = evaluation.classProbabilities else { return [] }
    let count = max(1, evaluation.samples.count / max(1, width))
    let data = try evaluation.dataset.draw(count, seed: evaluation.seed)
    guard let labels = data.labels else { return [] }
    return figures(
      probabilities: classify(data.points.scalars).map(Double.init), labels: labels.scalars.map { Int($0) },
      seed: evaluation.seed)
  }

  /// The figures for class probabilities, row-major `[count, classes]`, and true classes from 1; none for no points.
  public func figures(probabilities: [Double], labels: [Int], seed: UInt64) -> [Figure] {
    guard !labels.isEmpty, probabilities.count % labels.count == 0 else { return [] }
    let broken = FigureWords.notFinite(probabilities, "class probability", of: "probabilities")
    if !broken.isEmpty { return ["accuracy", "ECE"].map { .missing($0, broken[0]) } }
    let classes = probabilities.count / labels.count
    let outcomes = labels.indices.map { row -> (confidence: Double, isRight: Bool) in
      let own = probabilities[row * classes..<(row + 1) * classes]
      let confidence = own.max() ?? 0
      return (confidence, own.firstIndex(of: confidence).map { $0 - row * classes + 1 } == labels[row])
    }
    var generator = SeededGenerator(seed: seed)
    let resampled = (0..<CalibrationError.resamples).map { _ in
      error(outcomes.indices.map { _ in outcomes[Int.random(in: outcomes.indices, using: &generator)] })
    }
    var cautions = Set(labels).count == 1 ? ["all \(labels.count) points are of one class"] : []
    let accuracy = Figure.proportion(
      "accuracy", outcomes.count { $0.isRight }, of: outcomes.count, cautions: cautions)
    let bias = (Double(bins) / Double(outcomes.count)).squareRoot() / 2
    if bias > 0.1 {
      cautions.append(
        "\(outcomes.count) points in \(bins) bins: a calibrated classifier would have about \(FigureWords.short(bias))")
    }
    return [
      accuracy,
      Figure("ECE", error(outcomes), standardError: Moments(resampled).variance.squareRoot(), cautions: cautions),
    ]
  }

  private func error(_ outcomes: [(confidence: Double, isRight: Bool)]) -> Double {
    var differences = [Double](repeating: 0, count: bins)
    for outcome in outcomes {
      let bin = min(bins - 1, max(0, Int(outcome.confidence * Double(bins))))
      differences[bin] += (outcome.isRight ? 1 : 0) - outcome.confidence
    }
    return differences.reduce(0) { $0 + abs($1) } / Double(outcomes.count)
  }
}
