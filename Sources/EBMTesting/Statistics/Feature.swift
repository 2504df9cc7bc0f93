private import Foundation

/// A number of each point whose mean under a target is known.
struct Feature: Sendable {
  let name: String
  let expected: Double
  let values: [Double]
}

extension Feature {
  /// Smooth bounded functions of points whose coordinates are independent and uniform on (0, 1): cos(πku) of each
  /// coordinate and products of two, all of mean 0. They see a shift, a change of width, of tails and of dependence.
  ///
  /// - Parameter uniforms: row-major `[count, dimension]`.
  static func cosines(_ uniforms: [Double], dimension: Int) -> [Feature] {
    let rows = uniforms.count / dimension
    func wave(_ coordinate: Int, _ k: Int) -> [Double] {
      (0..<rows).map { cos(.pi * Double(k) * uniforms[$0 * dimension + coordinate]) }
    }
    var features: [Feature] = []
    for coordinate in 0..<dimension {
      for k in 1...4 {
        features.append(Feature(name: "cos(\(k)πu\(coordinate + 1))", expected: 0, values: wave(coordinate, k)))
      }
    }
    for second in stride(from: 1, to: dimension, by: 1) {
      for (k, l) in [(1, 1), (1, 2), (2, 1), (2, 2)] {
        let product = zip(wave(second - 1, k), wave(second, l)).map { $0 * $1 }
        features.append(Feature(name: "cos(\(k)πu\(second)) cos(\(l)πu\(second + 1))", expected: 0, values: product))
      }
    }
    return features
  }

  /// The feature that is furthest from its expectation, in standard errors.
  ///
  /// - Parameter before: values at the exact draws from which each row came, when there are any: the mean of differences
  ///   is 0 too and has less noise. Where a step is all but a symmetry of the target, such as x to −x, all that is left of
  ///   them is rounding: what a hundred roundings of half a unit in the last place can add up to is not counted.
  static func worst(_ features: [Feature], before: [Feature]? = nil) -> (name: String, deviation: Double) {
    var result = (name: "none", deviation: 0.0)
    for (index, feature) in features.enumerated() {
      let deviation: Double
      if let before {
        let difference = SampleMean(zip(feature.values, before[index].values).map { $0 - $1 })
        let size = (feature.values.reduce(0) { $0 + $1 * $1 } / Double(feature.values.count)).squareRoot()
        let rounding = 100 * 0x1p-25 * size
        deviation = difference.mean.magnitude <= rounding ? 0 : difference.deviation(from: 0)
      } else {
        deviation = SampleMean(feature.values).deviation(from: feature.expected)
      }
      if deviation > result.deviation { result = (feature.name, deviation) }
    }
    return result
  }
}
