import EBMCore
import FileFormats
import Foundation
import Sampling
import Tensors

/// An energy of known moments that samplers are compared on.
struct BenchmarkEnergy {
  /// Its name, without the family.
  let name: String
  /// Its settings, as recipes write them.
  let recipe: JSONValue
  /// The density, with its exact mean and variance.
  let problem: SamplingProblem
  let mean: [Double]
  let variance: [Double]

  /// Settings other than the defaults, where those say little: a round Gaussian hides errors, and a funnel of deviation 3
  /// has a variance that no chain of feasible length finds, be it exact.
  private static let settings: [String: JSONObject] = [
    "gaussian": ["mean": [1.0, -2.0], "covariance": [[1.0, 1.2], [1.2, 2.25]]],
    "neal-funnel": ["deviation": 1.5],
  ]

  /// The energies of the registry that are analytic and continuous, each with moments: its own, or by quadrature in a box
  /// where it has no finite integral.
  static func all(in registry: ComponentRegistry) throws(ConfigurationError) -> [BenchmarkEnergy] {
    var energies: [BenchmarkEnergy] = []
    for entry in registry.entries(in: .energy) where entry.type is any TractableEnergy.Type {
      var object: JSONObject = ["type": .string(entry.name)]
      for (key, value) in settings[entry.name]?.members ?? [] { object[key] = value }
      if let energy = try BenchmarkEnergy(name: entry.name, .object(object), registry) { energies.append(energy) }
    }
    return energies
  }

  /// Nil for an energy of discrete points, and for one without moments that no box can be put around.
  private init?(name: String, _ recipe: JSONValue, _ registry: ComponentRegistry) throws(ConfigurationError) {
    guard let energy = try registry.component(recipe, as: .energy, at: name) as? any TractableEnergy,
      energy.space.values == .continuous
    else { return nil }
    self.name = name
    if let mean = energy.mean, let variance = energy.variance {
      (self.recipe, self.mean, self.variance) = (recipe, mean, variance)
      problem = try SamplingProblem(energy: energy, space: nil)
      return
    }
    guard energy.space.shape == [2], registry.entries(in: .energy).contains(where: { $0.name == "boxed" }) else {
      return nil
    }
    // Walls that a step of 0.1 does not overshoot.
    let box: JSONValue = ["type": "boxed", "energy": recipe, "stiffness": 100.0]
    guard let boxed = try registry.component(box, as: .energy, at: name) as? any Energy else { return nil }
    let plain = try SamplingProblem(energy: boxed, space: energy.space)
    // The box's own reach is 4, and its walls are 0.1 thick.
    let moments = Grid(reach: 5, size: 1_001).moments(of: plain)
    (self.recipe, mean, variance) = (box, moments.mean, moments.variance)
    problem = plain.with(mean: moments.mean, variance: moments.variance)
  }

  /// A square outside of which the density is negligible, and the least energy in it.
  var envelope: TargetScales.Envelope {
    let center = mean.reduce(0, +) / Double(mean.count)
    var reach = zip(mean, variance).map { abs($0 - center) + 6 * $1.squareRoot() }.max() ?? 1
    while true {
      let grid = Grid(center: center, reach: reach, size: 401)
      let energies = grid.energies(of: problem)
      let lowest = energies.min() ?? 0
      let rim = grid.rim.map { energies[$0] }.min() ?? .infinity
      // e⁻¹⁸ of the largest density is below 2 · 10⁻⁸.
      if rim > lowest + 18 || reach > 1e4 {
        return TargetScales.Envelope(center: center, reach: reach, lowestEnergy: lowest)
      }
      reach *= 1.5
    }
  }

  /// Points of a square in the plane, row by row.
  struct Grid {
    var center = 0.0
    let reach: Double
    /// Points a side.
    let size: Int

    private func coordinate(_ index: Int) -> Double { center + reach * (2 * Double(index) / Double(size - 1) - 1) }

    /// E at all points.
    func energies(of problem: SamplingProblem) -> [Double] {
      let points = (0..<size).flatMap { row in
        (0..<size).flatMap { column in [Float(coordinate(column)), Float(coordinate(row))] }
      }
      let target = problem.target
      let function = CompiledFunction { inputs, _ in [target.energy(inputs[0])] }
      return function([Tensor(points, shape: [size * size, 2])])[0].scalars.map(Double.init)
    }

    /// The points on the sides of the square.
    var rim: [Int] {
      (0..<size * size).filter { [0, size - 1].contains($0 % size) || [0, size - 1].contains($0 / size) }
    }

    /// Moments by the trapezoidal rule.
    func moments(of problem: SamplingProblem) -> (mean: [Double], variance: [Double]) {
      let energies = energies(of: problem)
      let lowest = energies.min() ?? 0
      var sums = [Double](repeating: 0, count: 5)
      for (index, energy) in energies.enumerated() {
        let (x, y, p) = (coordinate(index % size), coordinate(index / size), exp(lowest - energy))
        for (place, factor) in [1, x, y, x * x, y * y].enumerated() { sums[place] += p * factor }
      }
      let mean = [sums[1] / sums[0], sums[2] / sums[0]]
      return (mean, [sums[3] / sums[0] - mean[0] * mean[0], sums[4] / sums[0] - mean[1] * mean[1]])
    }
  }
}
