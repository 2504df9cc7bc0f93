public import EBMCore

/// How well a classifier tells samples from data: the share of held-out points that it gets right. ½ for equal laws.
///
/// Half of both sets trains, the other half tests. The classifier is the majority of the k nearest neighbours. On the
/// first points of both sets (5,000 of up to 8 numbers, fewer of longer ones). Source: Lopez-Paz & Oquab, *Revisiting
/// classifier two-sample tests*, 2017.
public struct ClassifierTwoSample: Metric {
  public static let name = "classifier-two-sample"
  public static let summary = "Accuracy with which nearest neighbours tell samples from data; ½ for equal laws."

  @Setting("k, neighbours that vote; an even number is raised by one", .integers(1...1_000)) public var neighbors = 15

  private static let title = "classifier accuracy"

  public init() {}

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
    let found = x.withPoints { x in
      y.withPoints { y in
        [(x, true), (y, false)].map { set in
          (half..<count).reduce((right: 0, copies: 0)) { found, test in
            var (nearX, nearY) = (LeastNumbers(votes / 2 + 1), LeastNumbers(votes / 2 + 1))
            for row in 0..<half {
              nearX.add(set.0.squaredDistance(test, to: x, row))
              nearY.add(set.0.squaredDistance(test, to: y, row))
            }
            // The majority of the k nearest is of the set whose (k + 1)/2-th neighbour comes first.
            let isFirst = nearX.last <= nearY.last
            let nearest = (set.1 ? nearX : nearY).values[0]
            return (found.right + (isFirst == set.1 ? 1 : 0), found.copies + (nearest == 0 ? 1 : 0))
          }
        }
      }
    }
    let tests = count - half
    let (right, copies) = (found[0].right + found[1].right, found[0].copies + found[1].copies)
    var cautions: [String] = []
    if 100 * copies > 2 * tests {
      cautions.append("\(copies) of \(2 * tests) points to be told apart are copies of points that taught it")
    }
    // Samples around data that is dense have data for neighbours, and look like it.
    if 2 * abs(found[0].right - found[1].right) > tests {
      let isData = found[1].right > found[0].right
      cautions.append(
        "nearly all points are taken for \(isData ? "data" : "samples"), as the \(isData ? "samples" : "data") are "
          + "much wider: near a half it does not mean equal laws")
    }
    return .proportion(Self.title, right, of: 2 * tests, cautions: cautions)
  }
}
