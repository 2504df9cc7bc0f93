public import EBMCore

/// How many samples lie in the support of the data, and how evenly they fill its parts.
///
/// Figures: the fraction inside, and the least and largest share of those inside that one part has. Each with the
/// standard error of a proportion.
public struct SupportCoverage: Metric {
  public static let name = "support-coverage"
  public static let summary = "Samples inside the data's support, and the shares of its parts."
  public static var uses: Set<EvaluationPoints> { [.samples] }

  public init() {}

  public func evaluate(_ evaluation: Evaluation) -> [Figure] {
    let (modes, width) = (evaluation.dataset.modeCount, evaluation.dataset.space.dimension)
    let count = evaluation.samples.count / width
    guard modes > 0, count > 0 else { return [] }
    var counts = [Int](repeating: 0, count: modes)
    for row in 0..<count {
      let point = Array(evaluation.samples[(row * width)..<((row + 1) * width)])
      if let mode = evaluation.dataset.mode(of: point[...]) { counts[mode] += 1 }
    }
    let inside = counts.reduce(0, +)
    guard inside > 0 else {
      return [.proportion("inside the support", 0, of: count)]
        + ["least part", "largest part"].map { .missing($0, "no sample is inside the support") }
    }
    return [
      .proportion("inside the support", inside, of: count),
      .proportion("least part", counts.min() ?? 0, of: inside),
      .proportion("largest part", counts.max() ?? 0, of: inside),
    ]
  }
}
