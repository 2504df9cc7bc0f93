internal import Tensors
private import Foundation

extension ReferenceTarget {
  /// N(0, I) in `dimension` dimensions.
  public static func standardGaussian(dimension: Int = 2) -> ReferenceTarget {
    gaussian("standard Gaussian", mean: [Double](repeating: 0, count: dimension), deviation: 1)
  }

  /// N((0.2, −0.1), 0.6² I), with an energy so high that exp(−E) is below most envelopes.
  public static var narrowGaussian: ReferenceTarget {
    gaussian("narrow Gaussian", mean: [0.2, -0.1], deviation: 0.6, constant: 4)
  }

  /// N(mean, deviation² I).
  static func gaussian(_ name: String, mean: [Double], deviation: Double, constant: Float = 0) -> ReferenceTarget {
    let center = mean.map(Float.init)
    let variance = Float(deviation * deviation)
    return ReferenceTarget(
      name: name, dimension: mean.count, length: deviation,
      energy: { 0.5 / variance * ($0 - Tensor(center)).squared().sum(alongAxes: 1) + constant },
      noisyEnergy: { x, noise in
        0.5 * (x - Tensor(center)).squared().sum(alongAxes: 1) / (variance + noise.squared()) + constant
      },
      mean: mean, variance: mean.map { _ in deviation * deviation },
      point: { z in zip(mean, z).map { $0 + deviation * $1 } }, isUniform: false,
      uniforms: { x in zip(x, mean).map { Significance.normalCumulative((Double($0) - $1) / deviation) } })
  }

  /// A normal distribution of mean (1, −2), variances 1 and 2.25, correlation 0.8.
  public static var correlatedGaussian: ReferenceTarget {
    // Σ = L Lᵀ with L = (1 0; 1.2 0.9); with noise s² added, Σ + s² I has the inverse adj/det.
    let center: [Float] = [1, -2]
    @Sendable func energy(_ x: Tensor, _ noise: Tensor) -> Tensor {
      let centred = x - Tensor(center)
      let a = centred.sliced(alongAxis: 1, 0..<1).reshaped([x.shape[0]])
      let b = centred.sliced(alongAxis: 1, 1..<2).reshaped([x.shape[0]])
      let (first, second) = (1 + noise.squared(), 2.25 + noise.squared())
      let determinant = first * second - Tensor(1.44)
      return 0.5 * (second * a.squared() - 2.4 * a * b + first * b.squared()) / determinant
    }
    return ReferenceTarget(
      name: "correlated Gaussian", dimension: 2, length: 0.6, energy: { energy($0, Tensor(0)) }, noisyEnergy: energy,
      mean: [1, -2], variance: [1, 2.25],
      point: { z in [1 + z[0], -2 + 1.2 * z[0] + 0.9 * z[1]] }, isUniform: false,
      uniforms: { x in
        let first = Double(x[x.startIndex]) - 1
        let second = (Double(x[x.startIndex + 1]) + 2 - 1.2 * first) / 0.9
        return [Significance.normalCumulative(first), Significance.normalCumulative(second)]
      })
  }

  /// Weights 0.5, 0.3 and 0.2 at (−1.2, 0), (1.2, 0.5) and (0, 2), each of standard deviation 0.8.
  public static var mixture: ReferenceTarget {
    let (weights, deviation) = ([0.5, 0.3, 0.2], 0.8)
    let centers = [[-1.2, 0.0], [1.2, 0.5], [0.0, 2.0]]
    @Sendable func energy(_ x: Tensor, _ noise: Tensor) -> Tensor {
      let variance = Float(deviation * deviation) + noise.squared()
      let terms = zip(weights, centers).map { weight, center in
        let distance = (x - Tensor(center.map(Float.init))).squared().sum(alongAxes: 1)
        return (Float(log(weight)) - 0.5 * distance / variance).reshaped([x.shape[0], 1])
      }
      return -Tensor.concatenated(terms, alongAxis: 1).logSumExp(alongAxes: 1)
    }
    func moment(_ axis: Int, _ power: Int) -> Double {
      zip(weights, centers).reduce(0) { $0 + $1.0 * ($1.1[axis] - 0) * (power == 1 ? 1 : $1.1[axis]) }
    }
    let mean = [moment(0, 1), moment(1, 1)]
    return ReferenceTarget(
      name: "mixture", dimension: 2, length: deviation, energy: { energy($0, Tensor(0)) }, noisyEnergy: energy,
      mean: mean, variance: (0..<2).map { moment($0, 2) - mean[$0] * mean[$0] + deviation * deviation },
      point: { numbers in
        // Rosenblatt's transformation cannot be inverted in closed form; a third number would choose the component. The
        // first one does both: where it falls in its component's share is uniform again.
        var (share, index) = (Significance.normalCumulative(numbers[0]), 0)
        while index < 2, share > weights[index] {
          share -= weights[index]
          index += 1
        }
        let z = Significance.normalQuantile(min(max(share / weights[index], 1e-15), 1 - 1e-15))
        return [centers[index][0] + deviation * z, centers[index][1] + deviation * numbers[1]]
      }, isUniform: false,
      uniforms: { x in
        let (first, second) = (Double(x[x.startIndex]), Double(x[x.startIndex + 1]))
        var (cumulative, total, conditional) = (0.0, 0.0, 0.0)
        let exponents = centers.map { -0.5 * pow((first - $0[0]) / deviation, 2) }
        let peak = exponents.max() ?? 0
        for (index, center) in centers.enumerated() {
          cumulative += weights[index] * Significance.normalCumulative((first - center[0]) / deviation)
          let weight = weights[index] * exp(exponents[index] - peak)
          total += weight
          conditional += weight * Significance.normalCumulative((second - center[1]) / deviation)
        }
        return [cumulative, conditional / total]
      })
  }
}
