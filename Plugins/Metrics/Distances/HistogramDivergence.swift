public import EBMCore
private import Foundation

/// KL(data ‖ samples) between the data's known density and a histogram of the samples, in two dimensions.
///
/// ```
/// Σ q ln(q/p),   p = (c + ½)/(n + ½ (B² + 1))
/// ```
/// over B × B cells of the plot range and one cell for all that is outside: q the mass of a cell under the data, by 4 × 4
/// points; c the samples in it. Halves keep cells without samples finite; they and the chance in c make it larger than
/// the divergence, by about B²/(2n). The standard error is that of multinomial counts.
public struct HistogramDivergence: Metric {
  public static let name = "histogram-divergence"
  public static let summary = "KL(data ‖ histogram of samples), for data in the plane whose density is known."

  @Setting("B, cells along each axis", .integers(2...500)) public var bins = 20

  public static var uses: Set<EvaluationPoints> { [.samples] }

  private static let pointsPerSide = 4

  public init() {}

  public func evaluate(_ evaluation: Evaluation) -> [Figure] {
    let dataset = evaluation.dataset
    let count = evaluation.samples.count / 2
    guard dataset.space.shape == [2], count > 0, let masses = masses(evaluation) else { return [] }
    let range = dataset.plotRange
    let width = (range.upperBound - range.lowerBound) / Double(bins)
    var counts = [Double](repeating: 0, count: bins * bins + 1)
    for sample in 0..<count {
      let cells = [2 * sample, 2 * sample + 1].map { (Double(evaluation.samples[$0]) - range.lowerBound) / width }
      let isInside = cells.allSatisfy { $0 >= 0 && $0 < Double(bins) }
      counts[isInside ? Int(cells[1]) * bins + Int(cells[0]) : bins * bins] += 1
    }
    let total = Double(count) + 0.5 * Double(counts.count)
    let shares = counts.map { ($0 + 0.5) / total }
    let divergence = zip(masses, shares).reduce(0) { $1.0 > 0 ? $0 + $1.0 * log($1.0 / $1.1) : $0 }
    // The derivative with respect to the share of a cell is −q/p; its mean over the counts is the sum of q.
    let squares = zip(masses, shares).reduce(0) { $0 + $1.0 * $1.0 / $1.1 }
    let variance = max(0, squares - 1) / Double(count)
    let bias = Double(bins * bins) / (2 * Double(count))
    return [
      Figure(
        "KL(data‖histogram)", divergence, standardError: variance.squareRoot(),
        cautions: bias > 1
          ? ["\(count) samples in \(bins * bins) cells: it is too large by about \(FigureWords.short(bias))"] : [])
    ]
  }

  private func masses(_ evaluation: Evaluation) -> [Double]? {
    let fine = bins * HistogramDivergence.pointsPerSide
    let (range, noise) = (evaluation.dataset.plotRange, evaluation.noise)
    let points = DensityGrid.points(size: fine, range: range)
    guard
      let logDensity = evaluation.dataset.logDensity(at: points, signal: noise.signal, noise: noise.noise)
    else { return nil }
    let side = (range.upperBound - range.lowerBound) / Double(fine)
    var masses = [Double](repeating: 0, count: bins * bins + 1)
    for (index, value) in logDensity.enumerated() {
      let (row, column) = (index / fine, index % fine)
      let points = HistogramDivergence.pointsPerSide
      masses[row / points * bins + column / points] += exp(value) * side * side
    }
    masses[bins * bins] = max(0, 1 - masses.reduce(0, +))
    let sum = masses.reduce(0, +)
    return sum > 0 ? masses.map { $0 / sum } : nil
  }
}
