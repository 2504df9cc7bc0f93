public import EBMCore
internal import Tensors

/// How well the energy tells data from other points: the area under the receiver operating characteristic of −E, data
/// being what should score high. ½ for a blind energy, 1 for a perfect one.
///
/// The other points are those of a data set, or uniform on the plot range of this one. Standard error by DeLong's
/// formula.
public struct OutOfDistribution: Metric {
  public static let name = "out-of-distribution"
  public static let summary = "AUROC of −energy, data against other points."
  public static let settings = [
    Setting("outliers", "the other points; null for uniform ones on the plot range", .optional(.component(.dataset)))
  ]

  /// The other points. Uniform on the plot range of the data.
  @Part public var outliers: (any Dataset)?

  public init() { outliers = nil }

  /// Against the points of another data set, of the same shape.
  public init(outliers: any Dataset) { self.outliers = outliers }

  public func evaluate(_ evaluation: Evaluation) throws -> [Figure] {
    guard let density = evaluation.density, let others = try others(evaluation) else { return [] }
    let positives = density.energies(at: evaluation.reference).map { -Double($0) }
    let negatives = density.energies(at: others).map { -Double($0) }
    return ReceiverOperatingCharacteristic.area(positives: positives, negatives: negatives).map { [$0] } ?? []
  }

  private func others(_ evaluation: Evaluation) throws -> [Float]? {
    guard let outliers else {
      var generator = SeededGenerator(seed: evaluation.seed)
      let range = evaluation.dataset.plotRange
      return evaluation.reference.map { _ in Float(Double.random(in: range, using: &generator)) }
    }
    let width = evaluation.dataset.space.dimension
    // A data set in a file that is not there, or of another shape, is nothing to compare with.
    guard let opened = try? outliers.opened(), opened.space.dimension == width else { return nil }
    return try opened.draw(evaluation.reference.count / width, seed: evaluation.seed).points.scalars
  }
}
