import EBMCore
import Foundation
import Tensors
import Testing

/// Counts of points in the cells of a square grid, against the probabilities that a density gives them.
struct Histogram {
  let cells: Int
  let range: ClosedRange<Double>
  /// Midpoints of the quadrature along each side of a cell.
  let nodes: Int

  /// χ² of the points under the density, over cells where 10 points at least are expected; the others, and the
  /// outside, make one more.
  ///
  /// - Returns: the statistic and what it exceeds with a probability of 3 · 10⁻⁵, in Wilson & Hilferty's cube-root
  ///   form; and the density's integral over the grid.
  func test(
    _ points: [Float], _ logDensity: ([Double]) throws -> [Double]
  ) rethrows -> (statistic: Double, limit: Double, integral: Double) {
    let width = (range.upperBound - range.lowerBound) / Double(cells)
    let fine = DensityGrid.points(size: cells * nodes, range: range)
    let area = width * width / Double(nodes * nodes)
    var probabilities = [Double](repeating: 0, count: cells * cells)
    for (index, value) in try logDensity(fine).enumerated() {
      let (row, column) = (index / (cells * nodes) / nodes, index % (cells * nodes) / nodes)
      probabilities[row * cells + column] += exp(value) * area
    }
    var counts = [Int](repeating: 0, count: cells * cells)
    for place in stride(from: 0, to: points.count, by: 2) {
      let column = Int(((Double(points[place]) - range.lowerBound) / width).rounded(.down))
      let row = Int(((Double(points[place + 1]) - range.lowerBound) / width).rounded(.down))
      if (0..<cells).contains(column), (0..<cells).contains(row) { counts[row * cells + column] += 1 }
    }
    let total = Double(points.count / 2)
    var (statistic, bins) = (0.0, 0)
    var rest = (count: total, expected: total)
    for (count, probability) in zip(counts, probabilities) where probability * total >= 10 {
      let expected = probability * total
      statistic += (Double(count) - expected) * (Double(count) - expected) / expected
      rest = (rest.count - Double(count), rest.expected - expected)
      bins += 1
    }
    if rest.expected >= 10 {
      statistic += (rest.count - rest.expected) * (rest.count - rest.expected) / rest.expected
      bins += 1
    }
    let freedom = Double(bins - 1)
    let root = 1 - 2 / (9 * freedom) + 4 * (2 / (9 * freedom)).squareRoot()
    return (statistic, freedom * root * root * root, probabilities.reduce(0, +))
  }
}

/// Points of a data set, noised to signal · clean + noise · ε.
func sample(_ dataset: some Dataset, _ count: Int, seed: UInt64, signal: Float = 1, noise: Float = 0) -> [Float] {
  let function = CompiledFunction { _, context in
    let points = dataset.batch(count, random: &context.random)
    return [signal * points + noise * context.random.normal(points.shape)]
  }
  return function([], key: RandomKey(seed: seed))[0].scalars
}
