public import EBMCore
private import Foundation

/// The squared kernel Stein discrepancy between samples and the model's own density, unbiased: whether the sampler is at
/// the law it should be at, without its normaliser and without data.
///
/// ```
/// E [s(x)·s(y) k + s(x)·∇_y k + s(y)·∇_x k + tr ∇_x∇_y k],   s = −∇E,   k = (c² + ‖x − y‖²)^(−½)
/// ```
/// c is the median distance between points unless it is given. The estimate is a U-statistic over all pairs of the first
/// points. Source: Gorham & Mackey, *Measuring sample quality with kernels*, 2017.
public struct KernelSteinDiscrepancy: Metric {
  public static let name = "kernel-stein-discrepancy"
  public static let summary = "Squared kernel Stein discrepancy of the samples from the model's density."

  public static var uses: Set<EvaluationPoints> { [.samples] }

  /// 0: the median distance.
  @Setting("c, width of the kernel; 0 for the median distance", .atLeast(0)) public var width = 0.0

  public init() {}

  public func evaluate(_ evaluation: Evaluation) -> [Figure] {
    guard let density = evaluation.density, evaluation.dataset.space.values == .continuous else { return [] }
    let dimension = max(1, evaluation.dataset.space.dimension)
    let count = min(PointSet.pairLimit(width: dimension), evaluation.samples.count / dimension)
    let points = Array(evaluation.samples.prefix(count * dimension))
    let scores = density.scores(at: points)
    // Points where the model has no score cannot be asked; that there are some is said.
    let energies = density.energies(at: points)
    let sound = (0..<count).filter { row in
      energies[row].isFinite && scores[row * dimension..<(row + 1) * dimension].allSatisfy(\.isFinite)
    }
    func rows(_ numbers: [Float]) -> [Float] {
      sound.count == count ? numbers : sound.flatMap { numbers[$0 * dimension..<($0 + 1) * dimension] }
    }
    var cautions: [String] = []
    if sound.count < count {
      cautions.append(
        "energy or score of \(count - sound.count) of \(count) samples are not finite, and these left out")
    }
    if evaluation.noise != evaluation.densityNoise {
      cautions.append(
        "samples have noise of deviation \(FigureWords.short(evaluation.noise.noise)), the density one of "
          + FigureWords.short(evaluation.densityNoise.noise))
    }
    guard let figure = discrepancy(rows(points), scores: rows(scores), width: dimension) else {
      return [.missing(Self.title, "needs 4 samples that have a score, there are \(sound.count)").with(cautions)]
    }
    return [figure.with(cautions)]
  }

  private static let title = "KSD²"

  /// The figure for points and the scores −∇E there, row-major `[count, width]`; nil for fewer than four points.
  public func discrepancy(_ points: [Float], scores: [Float], width dimension: Int) -> Figure? {
    guard let (x, s) = PointSet.pair(points, scores, width: dimension) else { return nil }
    let scale = width > 0 ? width : PointSet.medianDistance(x, PointSet([], width: dimension))
    // All points equal: any width serves.
    let square = scale > 0 ? scale * scale : 1
    let (count, dimensions) = (x.count, Double(dimension))
    let statistic = x.withPoints { x in
      s.withPoints { s in
        PairStatistic(count: count) { i, j in
          let distance = x.squaredDistance(i, to: x, j)
          let inverse = 1 / (square + distance)
          let kernel = inverse.squareRoot()
          // ∇_y k = (x − y) k³ and ∇_x k is its negative.
          let cube = kernel * inverse
          let drift =
            s.product(i, with: x, i) - s.product(i, with: x, j) - s.product(j, with: x, i) + s.product(j, with: x, j)
          return s.product(i, with: s, j) * kernel + drift * cube
            + dimensions * cube - 3 * distance * cube * inverse
        }
      }
    }
    return Figure(Self.title, statistic.value, standardError: statistic.standardError)
  }
}
