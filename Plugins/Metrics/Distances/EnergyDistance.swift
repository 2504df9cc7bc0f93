public import EBMCore

/// The energy distance between samples and data, unbiased.
///
/// ```
/// D² = 2 E‖x − y‖ − E‖x − x′‖ − E‖y − y′‖
/// ```
/// 0 in expectation for equal laws; it may be negative. The estimate is a U-statistic over all pairs of the first points
/// (5,000 of up to 8 numbers, fewer of longer ones). Source: Székely & Rizzo, *Energy statistics*, 2013, equation 2.
public struct EnergyDistance: Metric {
  public static let name = "energy-distance"
  public static let summary = "Energy distance to the data."

  private static let title = "energy distance"

  public init() {}

  public func evaluate(_ evaluation: Evaluation) -> [Figure] {
    let width = evaluation.dataset.space.dimension
    return [
      distance(evaluation.samples, evaluation.reference, width: width)
        ?? .missing(Self.title, FigureWords.tooFew(evaluation.pairs, needed: 4))
    ]
  }

  /// The figure for two sets of points, row-major `[count, width]`; nil for fewer than four points.
  public func distance(_ first: [Float], _ second: [Float], width: Int) -> Figure? {
    guard let (x, y) = PointSet.pair(first, second, width: width) else { return nil }
    let count = x.count
    let statistic = x.withPoints { x in
      y.withPoints { y in
        PairStatistic(count: count) { i, j in
          x.squaredDistance(i, to: y, j).squareRoot() + x.squaredDistance(j, to: y, i).squareRoot()
            - x.squaredDistance(i, to: x, j).squareRoot() - y.squaredDistance(i, to: y, j).squareRoot()
        }
      }
    }
    return Figure(Self.title, statistic.value, standardError: statistic.standardError)
  }
}
