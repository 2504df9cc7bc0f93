public import EBMCore
internal import Sampling

/// How many samples look like data and how much of the data the samples reach, by balls around points that hold their k
/// nearest neighbours in their own set.
///
/// - precision: samples inside some ball of the data; recall: data inside some ball of the samples;
/// - density: balls of the data that a sample lies in, divided by k, on average (1 for equal laws); coverage: balls of the
///   data that hold a sample.
///
/// On the first points of both sets (5,000 of up to 8 numbers, fewer of longer ones). The standard errors are those of
/// means over points, the balls being held fixed. Sources: Kynkäänniemi et al., *Improved precision and recall metric*,
/// 2019; Naeem et al., *Reliable fidelity and diversity metrics*, 2020.
public struct PrecisionRecall: Metric {
  public static let name = "precision-recall"
  public static let summary = "Precision, recall, density and coverage by nearest neighbours."

  @Setting("k, neighbours that a ball holds", .integers(1...100)) public var neighbors = 5

  public init() {}

  public func evaluate(_ evaluation: Evaluation) -> [Figure] {
    let found = figures(evaluation.samples, evaluation.reference, width: evaluation.dataset.space.dimension)
    if !found.isEmpty { return found }
    return ["precision", "recall", "density", "coverage"].map {
      .missing($0, FigureWords.tooFew(evaluation.pairs, needed: neighbors + 2))
    }
  }

  /// The four figures for samples and data, row-major `[count, width]`; none for fewer than k + 2 points.
  public func figures(_ samples: [Float], _ data: [Float], width: Int) -> [Figure] {
    guard let (x, y) = PointSet.pair(samples, data, width: width, minimum: neighbors + 2) else { return [] }
    let count = x.count
    return x.withPoints { x in
      y.withPoints { y in
        let (ballsX, ballsY) = (balls(x, count), balls(y, count))
        var insideX = [Double](repeating: 0, count: count)
        var isReached = [Double](repeating: 0, count: count)
        var isCovered = [Double](repeating: 0, count: count)
        for i in 0..<count {
          var inside = 0.0
          for j in 0..<count {
            let distance = x.squaredDistance(i, to: y, j)
            if distance <= ballsY[j] {
              inside += 1
              isCovered[j] = 1
            }
            if distance <= ballsX[i] { isReached[j] = 1 }
          }
          insideX[i] = inside
        }
        let density = Moments(insideX.map { $0 / Double(neighbors) })
        func share(_ name: String, _ values: [Double]) -> Figure {
          .proportion(name, values.count { $0 > 0 }, of: count)
        }
        let cautions = cautions(ballsX, of: "samples") + cautions(ballsY, of: "data")
        return [
          share("precision", insideX), share("recall", isReached),
          Figure("density", density.mean, standardError: density.standardError), share("coverage", isCovered),
        ].map { $0.with(cautions) }
      }
    }
  }

  /// What is wrong with balls of these squared radii.
  private func cautions(_ balls: [Double], of points: String) -> [String] {
    let empty = balls.count { $0 == 0 }
    var cautions: [String] = []
    if balls.count < 10 * neighbors {
      cautions.append("balls of \(neighbors) neighbours among \(balls.count) \(points)")
    }
    if 100 * empty > balls.count {
      cautions.append("\(empty) of \(balls.count) balls of the \(points) have no radius: points are equal")
    }
    return cautions
  }

  /// Squared distance of each point from its k-th nearest neighbour.
  private func balls(_ points: PointSet.Points, _ count: Int) -> [Double] {
    var least = [LeastNumbers](repeating: LeastNumbers(neighbors), count: count)
    for i in 1..<count {
      for j in 0..<i {
        let distance = points.squaredDistance(i, to: points, j)
        least[i].add(distance)
        least[j].add(distance)
      }
    }
    return least.map(\.last)
  }
}
