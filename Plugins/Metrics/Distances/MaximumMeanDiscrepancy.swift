public import EBMCore
private import Foundation

/// The squared maximum mean discrepancy between samples and data, unbiased.
///
/// ```
/// MMD² = E k(x, x′) + E k(y, y′) − 2 E k(x, y),   k = mean over σ of exp(−‖x − y‖²/(2σ²))
/// ```
/// over σ² = b² {¼, ½, 1, 2, 4}, fewer or more powers of 2 for other `kernels`, b the median distance between points
/// unless it is given. 0 in expectation for equal
/// laws; it may be negative. The estimate is a U-statistic over all pairs of the first points (5,000 of up to 8 numbers,
/// fewer of longer ones). Source: Gretton et al., *A kernel two-sample test*, 2012, equation 4.
public struct MaximumMeanDiscrepancy: Metric {
  public static let name = "maximum-mean-discrepancy"
  public static let summary = "Squared maximum mean discrepancy to the data, Gaussian kernels of several widths."

  /// 0: the median distance.
  @Setting("b, width of the middle kernel; 0 for the median distance", .atLeast(0)) public var bandwidth = 0.0
  /// 5: b/2 to 2 b.
  @Setting("how many widths, each √2 times the one before", .integers(1...11)) public var kernels = 5

  private static let title = "MMD²"
  /// Below this mean over pairs of data a kernel hardly sees a pair, above one less this it sees no difference.
  private static let sight = 1e-3

  public init() {}

  public func evaluate(_ evaluation: Evaluation) -> [Figure] {
    let width = evaluation.dataset.space.dimension
    return [
      discrepancy(evaluation.samples, evaluation.reference, width: width)
        ?? .missing(Self.title, FigureWords.tooFew(evaluation.pairs, needed: 4))
    ]
  }

  /// The figure for two sets of points, row-major `[count, width]`; nil for fewer than four points.
  public func discrepancy(_ first: [Float], _ second: [Float], width: Int) -> Figure? {
    guard let (x, y) = PointSet.pair(first, second, width: width) else { return nil }
    let scale = bandwidth > 0 ? bandwidth : PointSet.medianDistance(x, y)
    let (kernels, wider) = (kernels, Double(1 << ((kernels - 1) / 2)))
    // −1/(2σ²) of the widest kernel; all points equal: every kernel is 1.
    let factor = scale > 0 ? -1 / (2 * wider * scale * scale) : 0
    let share = 1 / Double(kernels)
    @inline(__always)
    func kernel(_ squaredDistance: Double) -> Double {
      // σ² is a half of the one before: one exponential, then squares.
      var term = exp(factor * squaredDistance)
      var sum = term
      for _ in 1..<kernels {
        term *= term
        sum += term
      }
      return share * sum
    }
    let count = x.count
    let statistic = x.withPoints { x in
      y.withPoints { y in
        PairStatistic(count: count) { i, j in
          kernel(x.squaredDistance(i, to: x, j)) + kernel(y.squaredDistance(i, to: y, j))
            - kernel(x.squaredDistance(i, to: y, j)) - kernel(x.squaredDistance(j, to: y, i))
        }
      }
    }
    return Figure(
      Self.title, statistic.value, standardError: statistic.standardError, cautions: cautions(y) { kernel($0) })
  }

  /// Whether kernels of a width that was given see the points at all: the data among themselves, 250 of them at most.
  private func cautions(_ data: PointSet, _ kernel: (Double) -> Double) -> [String] {
    let count = min(250, data.count)
    let sum = data.withPoints { points in
      (1..<count).reduce(0.0) { sum, i in
        (0..<i).reduce(sum) { $0 + kernel(points.squaredDistance(i, to: points, $1)) }
      }
    }
    let mean = sum / Double(count * (count - 1) / 2)
    let isNarrow = mean < Self.sight
    guard bandwidth > 0, isNarrow || mean > 1 - Self.sight else { return [] }
    let scale = PointSet.medianDistance(data, data)
    return [
      "a kernel of width \(FigureWords.short(bandwidth)) is too \(isNarrow ? "narrow" : "wide") for data that is "
        + "\(FigureWords.short(scale)) apart; bandwidth=0 takes its width from the data"
    ]
  }
}
