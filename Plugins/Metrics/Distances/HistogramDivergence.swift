public import EBMCore
private import Foundation

/// KL(data ‖ samples) between the data's known density and a histogram of the samples, in two dimensions.
///
/// ```
/// Σ q ln(q/p),   p = (c + ½)/(n + ½ B²)
/// ```
/// over B × B cells of the plot range: q the mass of a cell under the data, by 4 × 4 points, made to sum to 1; c the
/// samples in it, those outside the range counting towards n alone. Halves keep cells without samples finite; they and
/// the chance in c make it larger than the divergence, by about B²/(2n). The standard error is that of multinomial
/// counts.
public struct HistogramDivergence: Metric {
  public static let name = "histogram-divergence"
  public static let summary = "KL(data ‖ histogram of samples), for data in the plane whose density is known."
  public static let settings = [Setting("bins", "B, cells along each axis", .integers(2...500))]

  /// B. 20.
  public var bins = 20

  private static let pointsPerSide = 4

  public init() {}

  /// So many cells along each axis.
  public init(bins: Int) { self.bins = bins }

  public func evaluate(_ evaluation: Evaluation) -> [Figure] {
    let dataset = evaluation.dataset
    let count = evaluation.samples.count / 2
    guard dataset.space.shape == [2], count > 0, let masses = masses(evaluation) else { return [] }
    let range = dataset.plotRange
    let width = (range.upperBound - range.lowerBound) / Double(bins)
    var counts = [Double](repeating: 0, count: bins * bins)
    for sample in 0..<count {
      let cells = [2 * sample, 2 * sample + 1].map { (Double(evaluation.samples[$0]) - range.lowerBound) / width }
      // Also false for a NaN.
      guard cells.allSatisfy({ $0 >= 0 && $0 < Double(bins) }) else { continue }
      counts[Int(cells[1]) * bins + Int(cells[0])] += 1
    }
    let total = Double(count) + 0.5 * Double(bins * bins)
    let shares = counts.map { ($0 + 0.5) / total }
    let divergence = zip(masses, shares).reduce(0) { $1.0 > 0 ? $0 + $1.0 * log($1.0 / $1.1) : $0 }
    // The derivative with respect to the share of a cell is −q/p; its mean over the counts is the sum of q.
    let squares = zip(masses, shares).reduce(0) { $0 + $1.0 * $1.0 / $1.1 }
    let variance = max(0, squares - 1) / Double(count)
    return [Figure("KL(data‖histogram)", divergence, standardError: variance.squareRoot())]
  }

  private func masses(_ evaluation: Evaluation) -> [Double]? {
    let fine = bins * HistogramDivergence.pointsPerSide
    let (signal, noise) = (evaluation.grid?.signal ?? 1, evaluation.grid?.noise ?? 0)
    let points = DensityGrid.points(size: fine, range: evaluation.dataset.plotRange)
    guard let logDensity = evaluation.dataset.logDensity(at: points, signal: signal, noise: noise) else { return nil }
    var masses = [Double](repeating: 0, count: bins * bins)
    for (index, value) in logDensity.enumerated() {
      let (row, column) = (index / fine, index % fine)
      let side = HistogramDivergence.pointsPerSide
      masses[row / side * bins + column / side] += exp(value)
    }
    let sum = masses.reduce(0, +)
    return sum > 0 ? masses.map { $0 / sum } : nil
  }
}
