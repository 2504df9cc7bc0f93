import EBMCore
import Tensors
import Testing

/// A correlated Gaussian in two dimensions, and what is known of it.
enum CorrelatedGaussian {
  static let mean: [Float] = [1, -2]
  /// Σ = L Lᵀ: variances 1 and 2.25, covariance 1.2.
  static let covariance: [Float] = [1, 1.2, 1.2, 2.25]
  static let factor = Tensor([1, 0, 1.2, 0.9], shape: [2, 2])
  static let precision = Tensor([2.25, -1.2, -1.2, 1].map { Float($0 / 0.81) }, shape: [2, 2])

  static func target(scale: Tensor = Tensor(1)) -> Target {
    Target(scale: scale) { x in
      let centred = x - Tensor(mean)
      return 0.5 * (centred.matmul(precision) * centred).sum(alongAxes: 1)
    }
  }

  /// Exact draws `[count, 2]`.
  static func draws(_ count: Int, _ random: inout RandomStream) -> Tensor {
    Tensor(mean) + random.normal([count, 2]).matmul(factor, transposeRight: true)
  }

  /// Expects the moments of independent rows `[count, 2]`.
  static func expectMoments(
    _ rows: [Float], covariance: [Double] = covariance.map(Double.init), _ label: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    func estimate(_ value: (Double, Double) -> Double) -> Estimate {
      Estimate(
        stride(from: 0, to: rows.count, by: 2).map {
          value(Double(rows[$0] - mean[0]), Double(rows[$0 + 1] - mean[1]))
        })
    }
    let moments = [
      ("first mean", estimate { x, _ in x }, 0), ("second mean", estimate { _, y in y }, 0),
      ("first variance", estimate { x, _ in x * x }, covariance[0]),
      ("covariance", estimate { x, y in x * y }, covariance[1]),
      ("second variance", estimate { _, y in y * y }, covariance[3]),
    ]
    for (name, found, truth) in moments {
      expect(found, isNear: truth, "\(label): \(name)", sourceLocation: sourceLocation)
    }
  }
}

/// E = 2 (x² − 1)² in one dimension. Moments by quadrature.
enum DoubleWell {
  static let logNormalizer = 0.3442382
  static let target = Target { x in (2 * (x.squared() - 1).squared()).sum(alongAxes: 1) }

  static func expectMoments(_ x: [Float], _ label: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let x = x.map(Double.init)
    expect(Estimate(x), isNear: 0, "\(label): mean", sourceLocation: sourceLocation)
    expect(Estimate(x.map { $0 * $0 }), isNear: 0.8521362, "\(label): E x²", sourceLocation: sourceLocation)
    expect(Estimate(x.map { $0 * $0 * $0 * $0 }), isNear: 0.9771362, "\(label): E x⁴", sourceLocation: sourceLocation)
    expect(Estimate(x.map { abs($0) }), isNear: 0.8680901, "\(label): E |x|", sourceLocation: sourceLocation)
    // The energy has mean 0.5457277 and variance 0.4018644.
    let energies = x.map { 2 * ($0 * $0 - 1) * ($0 * $0 - 1) }
    expect(Estimate(energies), isNear: 0.5457277, "\(label): E E", sourceLocation: sourceLocation)
    let squares = energies.map { ($0 - 0.5457277) * ($0 - 0.5457277) }
    expect(Estimate(squares), isNear: 0.4018644, "\(label): Var E", sourceLocation: sourceLocation)
  }
}

/// A normal law bent without change of volume: u = (x₁/2, 2 x₂ + 0.4 (x₁² + 4)) ~ N(0, [[1, ½], [½, 1]]), so that
/// ln Z = ln 2π + ½ ln ¾. x₁ has variance 4; x₂ = u₂/2 − 0.2 (x₁² + 4) has mean −1.6 and variance ¼ + 0.04 · 32.
enum BentGaussian {
  static let target = Target { x in
    let first = x.sliced(alongAxis: 1, 0..<1)
    let (u, v) = (0.5 * first, 2 * x.sliced(alongAxis: 1, 1..<2) + 0.4 * (first.squared() + 4))
    return ((u.squared() - u * v + v.squared()) / 1.5).sum(alongAxes: 1)
  }

  static func expectMoments(_ rows: [Float], _ label: String, sourceLocation: SourceLocation = #_sourceLocation) {
    func expectMean(_ truth: Double, _ name: String, _ value: (Double, Double) -> Double) {
      let values = stride(from: 0, to: rows.count, by: 2).map { value(Double(rows[$0]), Double(rows[$0 + 1])) }
      expect(Estimate(values), isNear: truth, "\(label): \(name)", sourceLocation: sourceLocation)
    }
    expectMean(0, "mean of x₁") { x, _ in x }
    expectMean(-1.6, "mean of x₂") { _, y in y }
    expectMean(4, "variance of x₁") { x, _ in x * x }
    expectMean(1.53, "variance of x₂") { _, y in (y + 1.6) * (y + 1.6) }
    expectMean(0.5, "covariance") { x, y in x * (y + 1.6) }
  }
}

/// The logistic distribution, whose distribution function is the sigmoid.
enum Logistic {
  static func target(scale: Tensor = Tensor(1)) -> Target {
    Target(scale: scale) { x in (x + 2 * (-x).softplus()).sum(alongAxes: 1) }
  }

  static func draws(_ count: Int, _ random: inout RandomStream) -> Tensor {
    let u = random.uniform([count, 1])
    return u.log() - (1 - u).log()
  }
}

/// Expects independent numbers to be uniform on (0, 1): 20 bins of equal probability.
func expectUniform(_ numbers: [Float], _ label: String, sourceLocation: SourceLocation = #_sourceLocation) {
  var counts = [Int](repeating: 0, count: 20)
  for value in numbers { counts[max(0, min(19, value.isNaN ? 0 : Int(value * 20)))] += 1 }
  expect(counts, haveProbabilities: [Double](repeating: 0.05, count: 20), label, sourceLocation: sourceLocation)
}

/// Expects counts of independent draws by Pearson's χ², far in its tail: mean + 6.5 standard deviations or more is seen
/// with probability below 10⁻⁵ for 3 degrees of freedom and above.
func expect(
  _ counts: [Int], haveProbabilities probabilities: [Double], _ label: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let total = Double(counts.reduce(0, +))
  let statistic = zip(counts, probabilities).reduce(0) { sum, cell in
    let expected = total * cell.1
    return sum + (Double(cell.0) - expected) * (Double(cell.0) - expected) / expected
  }
  let freedom = Double(counts.count - 1)
  #expect(
    statistic < freedom + 8 * (2 * freedom).squareRoot(), "\(label): χ² \(statistic) for \(freedom) degrees of freedom",
    sourceLocation: sourceLocation)
}

/// Runs a traced function once and gives its results' elements.
func results(seed: UInt64, threads: Int = 0, _ body: @escaping @Sendable (inout Context) -> [Tensor]) -> [[Float]] {
  CompiledFunction(threads: threads) { _, context in body(&context) }([], key: RandomKey(seed: seed)).map(\.scalars)
}
