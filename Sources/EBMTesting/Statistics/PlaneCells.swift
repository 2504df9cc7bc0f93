internal import EBMCore
internal import Tensors
private import Foundation

/// Square cells of a part of the plane: what a density puts into each, and how many points fall there.
struct PlaneCells {
  let range: ClosedRange<Double>
  /// Cells along each axis.
  let side: Int

  private var width: Double { (range.upperBound - range.lowerBound) / Double(side) }

  private func cell(_ x: Double, _ y: Double) -> Int? {
    guard range.contains(x), range.contains(y) else { return nil }
    func index(_ value: Double) -> Int { min(side - 1, Int((value - range.lowerBound) / width)) }
    return index(y) * side + index(x)
  }

  /// Number of points in each cell, row by row, and in the rest of the plane.
  func counts(of points: [Double]) -> [Double] {
    stride(from: 0, to: points.count, by: 2).reduce(into: [Double](repeating: 0, count: side * side + 1)) {
      $0[cell(points[$1], points[$1 + 1]) ?? side * side] += 1
    }
  }

  /// The density's integral over each cell by the midpoint rule on `fine` × `fine` squares, and its error.
  ///
  /// The rule is far off at hard edges, which fall between two rows of squares; one random place in each square tells
  /// their share without bias, so the difference of the two is the error.
  /// - Returns: the cells row by row, and what is left for the rest of the plane; nil where the density is not known.
  func integrals(
    fine: Int, seed: UInt64, logDensity: ([Double]) -> [Double]?
  ) -> [(mass: Double, error: Double)]? {
    let centers = DensityGrid.points(size: side * fine, range: range)
    var generator = SplitMix64(seed: seed)
    let places = centers.map { $0 + (generator.uniform() - 0.5) * width / Double(fine) }
    guard let regular = logDensity(centers), let random = logDensity(places) else { return nil }
    let area = width * width / Double(fine * fine)
    var (mass, other) = ([Double](repeating: 0, count: side * side), [Double](repeating: 0, count: side * side))
    for index in regular.indices {
      guard let cell = cell(centers[2 * index], centers[2 * index + 1]) else { continue }
      mass[cell] += exp(regular[index]) * area
      other[cell] += exp(random[index]) * area
    }
    let (inside, otherInside) = (mass.reduce(0, +), other.reduce(0, +))
    return zip(mass, other).map { ($0, abs($0 - $1)) } + [(max(0, 1 - inside), abs(inside - otherInside))]
  }
}
