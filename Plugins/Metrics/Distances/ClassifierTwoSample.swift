public import EBMCore

/// How well a classifier tells samples from data: the share of held-out points that it gets right. ½ for equal laws.
///
/// Half of both sets trains, the other half tests. The classifier is the majority of the k nearest neighbours. On the
/// first points of both sets (5,000 of up to 8 numbers, fewer of longer ones). Source: Lopez-Paz & Oquab, *Revisiting
/// classifier two-sample tests*, 2017.
public struct ClassifierTwoSample: Metric {
  public static let name = "classifier-two-sample"
  public static let summary = "Accuracy with which nearest neighbours tell samples from data; ½ for equal laws."
  public static let settings = [
    Setting("neighbors", "k, neighbours that vote; an even number is raised by one", .integers(1...1_000))
  ]

  /// k. 15.
  public var neighbors = 15

  private static let title = "classifier accuracy"

  public init() {}

  /// So many neighbours vote.
  public init(neighbors: Int) { self.neighbors = neighbors }

  public func evaluate(_ evaluation: Evaluation) -> [Figure] {
    let width = evaluation.dataset.space.dimension
    return [
      accuracy(evaluation.samples, evaluation.reference, width: width)
        ?? .missing(Self.title, FigureWords.tooFew(evaluation.pairs, needed: 2 * (neighbors | 1) + 4))
    ]
  }

  /// The figure for two sets of points, row-major `[count, width]`; nil for fewer than 2 k + 4 points.
  public func accuracy(_ first: [Float], _ second: [Float], width: Int) -> Figure? {
    let votes = neighbors | 1
    guard let (x, y) = PointSet.pair(first, second, width: width, minimum: 2 * votes + 4) else { return nil }
    let (count, half) = (x.count, x.count / 2)
    let (right, copies) = x.withPoints { x in
      y.withPoints { y in
        [(x, true), (y, false)].reduce((0, 0)) { found, set in
          (half..<count).reduce(found) { found, test in
            var (nearX, nearY) = (LeastNumbers(votes / 2 + 1), LeastNumbers(votes / 2 + 1))
            for row in 0..<half {
              nearX.add(set.0.squaredDistance(test, to: x, row))
              nearY.add(set.0.squaredDistance(test, to: y, row))
            }
            // The majority of the k nearest is of the set whose (k + 1)/2-th neighbour comes first.
            let isFirst = nearX.last <= nearY.last
            let nearest = (set.1 ? nearX : nearY).values[0]
            return (found.0 + (isFirst == set.1 ? 1 : 0), found.1 + (nearest == 0 ? 1 : 0))
          }
        }
      }
    }
    let tests = 2 * (count - half)
    return .proportion(
      Self.title, right, of: tests,
      cautions: 100 * copies > tests
        ? ["\(copies) of \(tests) points to be told apart are copies of points that taught it"] : [])
  }
}
