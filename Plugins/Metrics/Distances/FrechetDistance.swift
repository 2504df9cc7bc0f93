public import EBMCore
private import Foundation
internal import Tensors
internal import Sampling

/// The Fréchet distance between Gaussians fitted to samples and to data.
///
/// ```
/// ‖μ₁ − μ₂‖² + tr(S₁ + S₂ − 2 (S₁ S₂)^½)
/// ```
/// with covariances divided by n − 1, on the points themselves or on random features relu(W x + b). It is biased upwards,
/// by about D/n: compare figures for equal n only. The standard error is that of a jackknife over ten groups of points.
/// The square root comes from eigenvalues in single precision, good to about 1e-5 of the traces. Source: Heusel et al.,
/// *GANs trained by a two time-scale update rule*, 2017, with other features.
public struct FrechetDistance: Metric {
  public static let name = "frechet-distance"
  public static let summary = "Fréchet distance between Gaussians fitted to samples and data."

  /// 0: the points themselves, or 256 features of points with more coordinates than that.
  @Setting("random features; 0 for the points themselves, up to 256 coordinates", .integers(0...1_024))
  public var features = 0

  private static let groups = 10
  private static let widest = 256

  public init() {}

  public func evaluate(_ evaluation: Evaluation) -> [Figure] {
    let width = max(1, evaluation.dataset.space.dimension)
    let count = min(evaluation.samples.count, evaluation.reference.count) / width
    guard count >= 2 * FrechetDistance.groups else {
      return [.missing(FrechetDistance.title, FigureWords.tooFew(count, needed: 2 * FrechetDistance.groups))]
    }
    return [
      distance(evaluation.samples, evaluation.reference, width: width)
        ?? .missing(FrechetDistance.title, "the eigenvalues of the covariances cannot be found")
    ]
  }

  private static let title = "Fréchet distance"

  /// The figure for two sets of points, row-major `[count, width]`; nil when there are fewer than 20 points of either, or
  /// the eigenvalues cannot be found.
  public func distance(_ first: [Float], _ second: [Float], width: Int) -> Figure? {
    guard min(first.count, second.count) / max(1, width) >= 2 * FrechetDistance.groups else { return nil }
    let isMapped = features > 0 || width > FrechetDistance.widest
    let size = features > 0 ? features : min(width, FrechetDistance.widest)
    let sets = [first, second].map { points in
      GaussianGroups(isMapped ? mapped(points, width, size) : points, width: size, groups: FrechetDistance.groups)
    }
    guard let value = FrechetDistance.between(sets[0].fit(), sets[1].fit()) else { return nil }
    // Group g is left out of both sets at once: ten refits instead of twenty.
    let refits = (0..<FrechetDistance.groups).compactMap {
      FrechetDistance.between(sets[0].fit(without: $0), sets[1].fit(without: $0))
    }
    guard refits.count == FrechetDistance.groups else { return nil }
    let spread = Moments(refits).variance * Double(refits.count - 1) * Double(refits.count - 1) / Double(refits.count)
    let count = min(first.count, second.count) / max(1, width)
    return Figure(
      FrechetDistance.title, value, standardError: spread.squareRoot(),
      cautions: count > size
        ? [] : ["covariances of \(size) numbers from \(count) points have no full rank: it is far too large"])
  }

  /// relu(W x + b), W ~ N(0, 1/width), b ~ N(0, 1), the same for every set. W is made in blocks of coordinates, so that
  /// points as large as photographs do not need gigabytes.
  private func mapped(_ points: [Float], _ width: Int, _ size: Int) -> [Float] {
    let count = points.count / width
    var sum = Tensor(repeating: 0, shape: [count, size])
    for first in stride(from: 0, to: width, by: FrechetDistance.block) {
      let columns = min(FrechetDistance.block, width - first)
      let function = CompiledFunction { inputs, context in
        let weights = context.random.normal([columns, size]) * (1 / Float(width).squareRoot())
        let product = inputs[0].matmul(weights) + inputs[1]
        // The last block ends it.
        let isLast = first + columns == width
        return [isLast ? Tensor.maximum(product + context.random.normal([size]), Tensor(0)) : product]
      }
      let part = (0..<count).flatMap { points[$0 * width + first..<$0 * width + first + columns] }
      let key = RandomKey(seed: 0, step: UInt64(first))
      sum = function([Tensor(part, shape: [count, columns]), sum], key: key)[0]
    }
    return sum.scalars
  }

  private static let block = 16_384

  private static func between(_ a: GaussianFit, _ b: GaussianFit) -> Double? {
    let distance = zip(a.mean, b.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    guard let root = squareRoot(of: a.covariance, a.mean.count) else { return nil }
    // tr (S₁ S₂)^½ is the sum of the roots of the eigenvalues of S₁^½ S₂ S₁^½.
    let size = a.mean.count
    let middle = Tensor(b.covariance.map(Float.init), shape: [size, size])
    let product = root.matmul(middle).matmul(root)
    let symmetric = 0.5 * (product + product.transposed())
    guard let values = eigen(symmetric)?.values else { return nil }
    let cross = values.scalars.reduce(0) { $0 + Double(max(0, $1)).squareRoot() }
    func trace(_ fit: GaussianFit) -> Double { (0..<size).reduce(0) { $0 + fit.covariance[$1 * size + $1] } }
    return max(0, distance + trace(a) + trace(b) - 2 * cross)
  }

  private static func squareRoot(of covariance: [Double], _ size: Int) -> Tensor? {
    guard let (values, vectors) = eigen(Tensor(covariance.map(Float.init), shape: [size, size])) else { return nil }
    // Rounding makes eigenvalues of 0 slightly negative.
    let roots = Tensor(values.scalars.map { max(0, $0).squareRoot() })
    return (vectors * roots).matmul(vectors, transposeRight: true)
  }

  private static func eigen(_ matrix: Tensor) -> (values: Tensor, vectors: Tensor)? {
    do throws(LinearAlgebraError) { return try LinearAlgebra.symmetricEigen(matrix) } catch { return nil }
  }
}
