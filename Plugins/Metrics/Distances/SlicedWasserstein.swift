public import EBMCore
private import Foundation
internal import Tensors
internal import Sampling

/// The sliced Wasserstein distance of order 2 between samples and data.
///
/// ```
/// SW₂² = mean over directions θ of (1/m) Σ_i (x_(i) − y_(i))²,   x_(i) the sorted projections θ·x
/// ```
/// over random directions, on as many points of each set as the smaller one has. Between samples of equal laws it is
/// not 0 but of order m^(−½): compare with a second set of data. The standard error joins that of the directions and
/// that of the points, the latter from the derivative of the distance, Kantorovich's potential. Source: Rabin et al.,
/// *Wasserstein barycenter and its application to texture mixing*, 2011.
public struct SlicedWasserstein: Metric {
  public static let name = "sliced-wasserstein"
  public static let summary = "Sliced Wasserstein distance of order 2 to the data."

  @Setting("random directions", .integers(2...10_000)) public var directions = 128

  private static let title = "sliced Wasserstein"
  /// Directions that are projected on at once, and numbers that these may have.
  private static let (block, blockSize) = (128, 1 << 24)

  public init() {}

  public func evaluate(_ evaluation: Evaluation) -> [Figure] {
    let width = evaluation.dataset.space.dimension
    return [
      distance(evaluation.samples, evaluation.reference, width: width, seed: evaluation.seed)
        ?? .missing(Self.title, FigureWords.tooFew(evaluation.pairs, needed: 4))
    ]
  }

  /// The figure for two sets of points, row-major `[count, width]`; nil for fewer than four points.
  public func distance(_ first: [Float], _ second: [Float], width: Int, seed: UInt64) -> Figure? {
    let count = min(first.count, second.count) / max(1, width)
    guard count >= 4 else { return nil }
    var generator = SeededGenerator(seed: seed)
    var distances: [Double] = []
    var (influenceX, influenceY) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    let sets = [first, second].map { Tensor(Array($0.prefix(count * width)), shape: [count, width]) }
    let atOnce = max(1, min(SlicedWasserstein.block, SlicedWasserstein.blockSize / max(1, width)))
    for start in stride(from: 0, to: directions, by: atOnce) {
      let size = min(atOnce, directions - start)
      let block = Tensor(rows: (0..<size).map { _ in SlicedWasserstein.direction(width, &generator) })
      let projections = sets.map { $0.matmul(block, transposeRight: true).scalars }
      for direction in 0..<size {
        let x = SlicedWasserstein.sorted(projections[0], direction, of: size)
        let y = SlicedWasserstein.sorted(projections[1], direction, of: size)
        distances.append(
          zip(x, y).reduce(0) { $0 + ($1.0.value - $1.1.value) * ($1.0.value - $1.1.value) } / Double(count))
        SlicedWasserstein.add(potentialOf: x, against: y, to: &influenceX)
        SlicedWasserstein.add(potentialOf: y, against: x, to: &influenceY)
      }
    }
    let mean = Moments(distances)
    // In one dimension every direction is the same.
    let ofDirections = width == 1 ? 0 : mean.standardError
    let scale = Double(directions)
    let ofPoints = [influenceX, influenceY].map { Moments($0.map { $0 / scale }).standardError }
    let error = (ofDirections * ofDirections + ofPoints.reduce(0) { $0 + $1 * $1 }).squareRoot()
    let value = mean.mean.squareRoot()
    return Figure(Self.title, value, standardError: value > 0 ? error / (2 * value) : 0)
  }

  private static func direction(_ width: Int, _ generator: inout SeededGenerator) -> [Float] {
    if width == 1 { return [1] }
    let normal = (0..<width).map { _ in
      NormalDistribution.quantile(Double.random(in: 1e-12..<1, using: &generator))
    }
    let length = normal.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return normal.map { Float($0 / length) }
  }

  /// Column `column` of projections, row-major with `size` columns, in ascending order with the rows they came from.
  private static func sorted(_ projections: [Float], _ column: Int, of size: Int) -> [(value: Double, index: Int)] {
    let values = (0..<projections.count / size).map { (Double(projections[$0 * size + column]), $0) }
    return values.sorted { $0.0 < $1.0 }.map { (value: $0.0, index: $0.1) }
  }

  /// Adds φ(x) with φ′ = 2 (x − T(x)), T the monotone map to the other set: the derivative of the squared distance with
  /// respect to the weight of a point.
  private static func add(
    potentialOf x: [(value: Double, index: Int)], against y: [(value: Double, index: Int)], to influence: inout [Double]
  ) {
    var potential = 0.0
    for position in x.indices {
      if position > 0 {
        let step = x[position].value - x[position - 1].value
        let slope = x[position].value - y[position].value + x[position - 1].value - y[position - 1].value
        potential += slope * step
      }
      influence[x[position].index] += potential
    }
  }
}
