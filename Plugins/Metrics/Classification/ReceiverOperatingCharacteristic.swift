public import EBMCore
internal import Sampling

/// How well a score tells two sets apart.
public enum ReceiverOperatingCharacteristic {
  static let title = "AUROC"

  /// The area under the receiver operating characteristic: P(a positive's score > a negative's) + ½ P(equal), the
  /// Mann–Whitney statistic, with DeLong's standard error.
  ///
  /// Source: DeLong, DeLong & Clarke-Pearson, *Comparing the areas under two or more correlated receiver operating
  /// characteristic curves*, 1988.
  ///
  /// - Parameters:
  ///   - positives: scores of the points that should score high.
  ///   - negatives: scores of the others.
  /// - Returns: nil when either is empty or a score is a NaN.
  /// - Complexity: O(n log n).
  public static func area(positives: [Double], negatives: [Double]) -> Figure? {
    guard !positives.isEmpty, !negatives.isEmpty, !(positives + negatives).contains(where: \.isNaN) else { return nil }
    let (m, n) = (Double(positives.count), Double(negatives.count))
    let joint = Ranks.averaged(positives + negatives)
    let (own, other) = (Ranks.averaged(positives), Ranks.averaged(negatives))
    // A positive's rank among all less that among its own is the number of negatives below it, ties counting half.
    let placements = positives.indices.map { (joint[$0] - own[$0]) / n }
    let displacements = negatives.indices.map { 1 - (joint[positives.count + $0] - other[$0]) / m }
    let (first, second) = (Moments(placements), Moments(displacements))
    return Figure(title, first.mean, standardError: (first.variance / m + second.variance / n).squareRoot())
  }
}
