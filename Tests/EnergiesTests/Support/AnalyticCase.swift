import EBMCore
import Energies
import Foundation
import Testing

/// An energy of the plane beside the same formula in double precision.
struct AnalyticCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let energy: any TractableEnergy
  /// A box that points are taken from, and that holds most of the mass.
  let box: [ClosedRange<Double>]
  /// A box outside of which the mass is below 10⁻¹²; nil where a grid does not do.
  let support: [ClosedRange<Double>]?
  let reference: @Sendable (_ x: Double, _ y: Double) -> Double

  static let all: [AnalyticCase] = [
    AnalyticCase(
      testDescription: "gaussian",
      energy: Gaussian {
        $0.center = [1, -2]; $0.covariance = [[2, 0.9], [0.9, 1]]
      },
      box: [-3...5, -5...1], support: [-10...12, -10...6],
      // The inverse of [[a, b], [b, d]] is [[d, −b], [−b, a]]/(ad − b²).
      reference: { x, y in
        let (u, v) = (x - 1, y + 2)
        return 0.5 * (u * u - 1.8 * u * v + 2 * v * v) / (2 - 0.81)
      }),
    AnalyticCase(
      testDescription: "gaussian-mixture",
      energy: GaussianMixture {
        $0.means = [[-1, 0], [1, 0.5], [0, -1]]
        $0.deviations = [0.5, 0.3, 0.7]
        $0.weights = [2, 1, 1]
      },
      box: [-2.5...2.5, -3...2], support: [-8...8, -8...8],
      reference: { x, y in
        func mode(_ w: Double, _ a: Double, _ b: Double, _ s: Double) -> Double {
          w * exp(-((x - a) * (x - a) + (y - b) * (y - b)) / (2 * s * s)) / (2 * .pi * s * s)
        }
        return -log(mode(0.5, -1, 0, 0.5) + mode(0.25, 1, 0.5, 0.3) + mode(0.25, 0, -1, 0.7))
      }),
    AnalyticCase(
      testDescription: "double-well, high",
      energy: DoubleWell {
        $0.height = 2; $0.position = 1
      },
      box: [-1.8...1.8, -1.8...1.8], support: [-4...4, -4...4],
      reference: { x, y in 2 * (pow(x * x - 1, 2) + pow(y * y - 1, 2)) }),
    AnalyticCase(
      testDescription: "double-well, low",
      energy: DoubleWell {
        $0.height = 0.3; $0.position = 0.5
      },
      box: [-2...2, -2...2], support: [-5...5, -5...5],
      reference: { x, y in 0.3 * (pow(x * x - 0.25, 2) + pow(y * y - 0.25, 2)) }),
    AnalyticCase(
      testDescription: "banana",
      energy: Banana {
        $0.bend = 0.7; $0.deviations = [1.2, 0.5]
      },
      box: [-2.5...2.5, -3...4], support: [-10...10, -6...72],
      reference: { x, y in x * x / 2.88 + pow(y - 0.7 * (x * x - 1.44), 2) / 0.5 }),
    AnalyticCase(
      testDescription: "rosenbrock",
      energy: Rosenbrock {
        $0.a = 1; $0.b = 5; $0.temperature = 1
      },
      box: [-1...3, -1...5], support: [-5...7, -3...50],
      reference: { x, y in pow(1 - x, 2) + 5 * pow(y - x * x, 2) }),
    AnalyticCase(
      testDescription: "neal-funnel", energy: NealFunnel { $0.deviation = 1.5 },
      box: [-4...4, -3...3], support: nil,
      reference: { v, x in v * v / 4.5 + 0.5 * x * x * exp(-v) + 0.5 * v }),
    AnalyticCase(
      testDescription: "ring",
      energy: Ring {
        $0.radius = 1.5; $0.deviation = 0.4
      },
      box: [-2.5...2.5, -2.5...2.5], support: [-6...6, -6...6],
      reference: { x, y in pow((x * x + y * y).squareRoot() - 1.5, 2) / 0.32 }),
    AnalyticCase(
      testDescription: "ring of radius 0",
      energy: Ring {
        $0.radius = 0; $0.deviation = 1
      },
      box: [-2.5...2.5, -2.5...2.5], support: [-9...9, -9...9],
      reference: { x, y in 0.5 * (x * x + y * y) }),
    AnalyticCase(
      testDescription: "rastrigin", energy: Rastrigin { $0.amplitude = 3 },
      box: [-2.2...2.2, -2.2...2.2], support: [-7...7, -7...7],
      reference: { x, y in x * x + y * y + 3 * (2 - cos(2 * .pi * x) - cos(2 * .pi * y)) }),
    AnalyticCase(
      testDescription: "ackley", energy: Ackley(), box: [-3...3, -3...3], support: nil,
      reference: { x, y in
        20 - 20 * exp(-0.2 * (0.5 * (x * x + y * y)).squareRoot()) + M_E
          - exp(0.5 * (cos(2 * .pi * x) + cos(2 * .pi * y)))
      }),
    AnalyticCase(
      testDescription: "muller-brown", energy: MullerBrown { $0.temperature = 20 }, box: [-1.5...1, -0.3...1.8],
      support: [-5...3, -3...5],
      reference: { x, y in
        func term(_ A: Double, _ a: Double, _ b: Double, _ c: Double, _ p: Double, _ q: Double) -> Double {
          A * exp(a * (x - p) * (x - p) + b * (x - p) * (y - q) + c * (y - q) * (y - q))
        }
        let wells =
          term(-200, -1, 0, -10, 1, 0) + term(-100, -1, 0, -10, 0, 0.5) + term(-170, -6.5, 11, -6.5, -0.5, 1.5)
        return (wells + term(15, 0.7, 0.6, 0.7, -1, 1)) / 20
      }),
  ]

  /// Points of the box.
  func points(_ count: Int) -> [[Float]] {
    scatteredPoints(count, dimension: 2, in: 0...1).map { unit in
      zip(unit, box).map { Float($1.lowerBound + Double($0) * ($1.upperBound - $1.lowerBound)) }
    }
  }
}

/// ln ∫ exp(−E), mean and variance of each axis, by the trapezoidal rule on a grid of the plane.
func planeMoments(
  over support: [ClosedRange<Double>], intervals: Int, _ energy: (Double, Double) -> Double
) -> (logNormalizer: Double, mean: [Double], variance: [Double]) {
  let spacing = support.map { ($0.upperBound - $0.lowerBound) / Double(intervals) }
  var (mass, first, second) = (0.0, [0.0, 0.0], [0.0, 0.0])
  for row in 0...intervals {
    let y = support[1].lowerBound + Double(row) * spacing[1]
    for column in 0...intervals {
      let x = support[0].lowerBound + Double(column) * spacing[0]
      let p = exp(-energy(x, y))
      mass += p
      for (axis, value) in [x, y].enumerated() {
        first[axis] += p * value
        second[axis] += p * value * value
      }
    }
  }
  let mean = first.map { $0 / mass }
  return (log(mass * spacing[0] * spacing[1]), mean, zip(second, mean).map { $0 / mass - $1 * $1 })
}
