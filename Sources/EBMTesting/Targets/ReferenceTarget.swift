internal import EBMCore
public import Tensors
private import Foundation

/// A target of which everything is known in closed form: what samplers are compared with.
///
/// It maps each point of its own law to independent uniform numbers, coordinate by coordinate given those before
/// (Rosenblatt's transformation), so that any departure of a sample from the law is one from uniformity.
public struct ReferenceTarget: Sendable {
  /// What messages call it: `banana`.
  public let name: String
  /// D.
  public let dimension: Int
  /// Length of a moderate step: the least standard deviation of a coordinate given the others.
  public let length: Double
  /// E of points `[batch, D]`, traced.
  public let energy: @Sendable (Tensor) -> Tensor
  /// E of the law with normal noise of a standard deviation added, traced; nil where it has no closed form.
  public let noisyEnergy: (@Sendable (_ x: Tensor, _ noise: Tensor) -> Tensor)?
  /// The mean of each coordinate.
  public let mean: [Double]
  /// The variance of each coordinate; nil when tails are too heavy for averages of squares.
  public let variance: [Double]?
  /// A point from D independent standard normal numbers or, where `isUniform`, uniform ones.
  let point: @Sendable ([Double]) -> [Double]
  let isUniform: Bool
  /// Independent uniform numbers from a point.
  let uniforms: @Sendable (ArraySlice<Float>) -> [Double]

  /// Exact independent draws, row-major `[count, D]`.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - seed: the same seed gives the same points.
  public func draws(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).flatMap { _ in
      point((0..<dimension).map { _ in isUniform ? generator.uniform() : generator.normal() }).map(Float.init)
    }
  }

  /// Points mapped to what is independent and uniform on (0, 1) when they follow the target, row-major `[count, D]`.
  public func uniforms(of points: [Float]) -> [Double] {
    stride(from: 0, to: points.count, by: dimension).flatMap { uniforms(points[$0..<($0 + dimension)]) }
  }

  /// Starts away from the law of the target: coordinates between the 10th and the 60th percentile of the base law, which
  /// puts the mean off and makes the law narrow. Not further out, because correct samplers may stick in tails.
  func displaced(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).flatMap { _ in
      let uniforms = (0..<dimension).map { _ in 0.1 + 0.5 * generator.uniform() }
      return point(isUniform ? uniforms : uniforms.map(Significance.normalQuantile)).map(Float.init)
    }
  }

  /// What means are compared by: cosines of the uniform numbers, and first and second moments.
  func features(of points: [Float]) -> [Feature] {
    var features = Feature.cosines(uniforms(of: points), dimension: dimension)
    guard let variance else { return features }
    for axis in 0..<dimension {
      let deviation = variance[axis].squareRoot()
      let scaled = stride(from: axis, to: points.count, by: dimension).map {
        (Double(points[$0]) - mean[axis]) / deviation
      }
      features.append(Feature(name: "mean of x\(axis + 1)", expected: 0, values: scaled))
      features.append(Feature(name: "variance of x\(axis + 1)", expected: 1, values: scaled.map { $0 * $0 }))
    }
    return features
  }

  /// p of a χ² test that uniform numbers fill a grid of equal cells evenly.
  func cellProbability(of points: [Float]) -> Double {
    let rows = points.count / dimension
    let side = dimension == 1 ? 40 : dimension == 2 ? 10 : 4
    let cells = (0..<dimension).reduce(1) { product, _ in product * side }
    var counts = [Double](repeating: 0, count: cells)
    let uniforms = uniforms(of: points)
    for row in 0..<rows {
      var cell = 0
      for axis in 0..<dimension {
        let u = uniforms[row * dimension + axis]
        if u.isNaN { return 0 }
        cell = cell * side + min(side - 1, max(0, Int(u * Double(side))))
      }
      counts[cell] += 1
    }
    let expected = Double(rows) / Double(cells)
    let statistic = counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    return Significance.chiSquareTail(statistic, degrees: cells - 1)
  }

  /// What a point is.
  var space: SampleSpace { SampleSpace(shape: [dimension]) }

  /// The target as samplers see it.
  func target(scale: Tensor) -> Target { Target(scale: scale, noisyEnergy: noisyEnergy, energy: energy) }
}
