public import EBMCore
internal import Tensors

/// How well the energy tells data from other points: the area under the receiver operating characteristic of −E, data
/// being what should score high. ½ for a blind energy, 1 for a perfect one.
///
/// The other points are those of a data set, or uniform on the plot range of this one (fair coins where coordinates take
/// two values). Both get the noise that the density's points have, so that noise is not what is told apart. Standard error
/// by DeLong's formula.
public struct OutOfDistribution: Metric {
  public static let name = "out-of-distribution"
  public static let summary = "AUROC of −energy, data against other points."

  public static var uses: Set<EvaluationPoints> { [.data] }

  /// Uniform on the plot range of the data.
  @Part("the other points; null for uniform ones on the plot range", .dataset) public var outliers: (any Dataset)? = nil

  public init() { outliers = nil }

  public func evaluate(_ evaluation: Evaluation) throws -> [Figure] {
    guard let density = evaluation.density else { return [] }
    let title = ReceiverOperatingCharacteristic.title
    let others: [Float]
    do { others = try self.others(evaluation) } catch let error as ConfigurationError {
      return [.missing(title, "there are no outliers to compare with: \(error)")]
    }
    var data = evaluation.reference
    if evaluation.noise != evaluation.densityNoise {
      let count = data.count / max(1, evaluation.dataset.space.dimension)
      let clean = try evaluation.dataset.draw(count, seed: evaluation.seed &+ 2).points.scalars
      data = noised(clean, evaluation.densityNoise, seed: evaluation.seed &+ 3)
    }
    let outliers = noised(others, evaluation.densityNoise, seed: evaluation.seed &+ 4)
    let positives = density.energies(at: data).map { -Double($0) }
    let negatives = density.energies(at: outliers).map { -Double($0) }
    let cautions =
      FigureWords.notFinite(positives, "energy", of: "points of data")
      + FigureWords.notFinite(negatives, "energy", of: "outliers")
    guard let area = ReceiverOperatingCharacteristic.area(positives: positives, negatives: negatives) else {
      return [.missing(title, cautions.first ?? "there are no points of data")]
    }
    let isBlind = Set(positives + negatives).count == 1
    return [area.with(cautions + (isBlind ? ["the energy is the same everywhere"] : []))]
  }

  /// signal · x + noise · ε of clean numbers.
  private func noised(_ points: [Float], _ noise: PointNoise, seed: UInt64) -> [Float] {
    if noise == PointNoise() || points.isEmpty { return points }
    return CompiledFunction { inputs, context in
      [Float(noise.signal) * inputs[0] + Float(noise.noise) * context.random.normal(inputs[0].shape)]
    }([Tensor(points)], key: RandomKey(seed: seed))[0].scalars
  }

  /// - Throws: a `ConfigurationError` for a data set that cannot be opened, or has points of another kind; what keeps
  ///   its rows from being read.
  private func others(_ evaluation: Evaluation) throws -> [Float] {
    let space = evaluation.dataset.space
    let count = evaluation.reference.count / max(1, space.dimension)
    guard let outliers else {
      if space.values != .continuous {
        return CompiledFunction { _, context in [space.noise(count, random: &context.random)] }(
          [], key: RandomKey(seed: evaluation.seed))[0].scalars
      }
      var generator = SeededGenerator(seed: evaluation.seed)
      let range = evaluation.dataset.plotRange
      return evaluation.reference.map { _ in Float(Double.random(in: range, using: &generator)) }
    }
    let opened = try outliers.opened()
    guard opened.space.dimension == space.dimension else {
      throw ConfigurationError(
        path: "outliers", found: "points of shape \(opened.space.shape)", expected: "\(space.shape)")
    }
    return try opened.draw(count, seed: evaluation.seed).points.scalars
  }
}
