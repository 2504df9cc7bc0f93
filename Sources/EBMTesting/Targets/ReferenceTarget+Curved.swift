internal import Tensors
private import Foundation

extension ReferenceTarget {
  /// A bent normal distribution: x₁ = z₁, x₂ = z₂/2 + x₁² − 1.
  public static var banana: ReferenceTarget {
    ReferenceTarget(
      name: "banana", dimension: 2, length: 0.4,
      energy: { x in
        let (a, b) = columns(x)
        return 0.5 * a.squared() + 2 * (b - a.squared() + 1).squared()
      }, noisyEnergy: nil, mean: [0, 0], variance: [1, 2.25],
      point: { z in [z[0], 0.5 * z[1] + z[0] * z[0] - 1] }, isUniform: false,
      uniforms: { x in
        let (a, b) = (Double(x[x.startIndex]), Double(x[x.startIndex + 1]))
        return [Significance.normalCumulative(a), Significance.normalCumulative(2 * (b - a * a + 1))]
      })
  }

  /// Neal's funnel: x₁ = 1.5 z₁, x₂ = exp(x₁/2) z₂; widths differ by a factor of 20 between neck and mouth.
  public static var funnel: ReferenceTarget {
    ReferenceTarget(
      name: "funnel", dimension: 2, length: 0.5,
      energy: { x in
        let (a, b) = columns(x)
        return a.squared() / 4.5 + 0.5 * b.squared() * (-a).exp() + 0.5 * a
      }, noisyEnergy: nil, mean: [0, 0], variance: nil,
      point: { z in [1.5 * z[0], exp(0.75 * z[0]) * z[1]] }, isUniform: false,
      uniforms: { x in
        let (a, b) = (Double(x[x.startIndex]), Double(x[x.startIndex + 1]))
        return [Significance.normalCumulative(a / 1.5), Significance.normalCumulative(b * exp(-a / 2))]
      })
  }

  /// E = (x₁² − 1)² + (x₂² − 1)²: four wells with barriers of 1.
  public static var doubleWell: ReferenceTarget {
    let table = CumulativeTable(from: -3.2, to: 3.2) { x in (x * x - 1) * (x * x - 1) }
    return ReferenceTarget(
      name: "double well", dimension: 2, length: 0.5,
      energy: { ($0.squared() - 1).squared().sum(alongAxes: 1) }, noisyEnergy: nil, mean: [0, 0],
      variance: [table.secondMoment, table.secondMoment],
      point: { u in u.map(table.quantile) }, isUniform: true, uniforms: { x in x.map { table.cumulative(Double($0)) } })
  }

  /// N(0, 1) cut off at `bound`, whose energy beyond is `outside`, which is not finite.
  static func truncated(at bound: Double, outside: Float) -> ReferenceTarget {
    let mass = Significance.normalCumulative(bound)
    let density = exp(-0.5 * bound * bound) / (2 * Double.pi).squareRoot()
    let mean = -density / mass
    return ReferenceTarget(
      name: outside.isNaN ? "a region of NaN" : "a region of \(outside)", dimension: 1, length: 1,
      energy: { x in
        // The constant lowers exp(−E) below most envelopes.
        let inside = 0.5 * x.squared() + 2
        return Tensor.select(x .> Float(bound), 0 * x + Tensor(outside), inside).sum(alongAxes: 1)
      }, noisyEnergy: nil, mean: [mean], variance: [1 - bound * density / mass - mean * mean],
      point: { u in [Significance.normalQuantile(u[0] * mass)] }, isUniform: true,
      uniforms: { x in x.map { Significance.normalCumulative(Double($0)) / mass } })
  }

  /// The two coordinates of points `[batch, 2]`, each `[batch]`.
  private static func columns(_ x: Tensor) -> (Tensor, Tensor) {
    (
      x.sliced(alongAxis: 1, 0..<1).reshaped([x.shape[0]]), x.sliced(alongAxis: 1, 1..<2).reshaped([x.shape[0]])
    )
  }
}
