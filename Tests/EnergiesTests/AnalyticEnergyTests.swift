import EBMCore
import Energies
import Foundation
import Networks
import Tensors
import Testing

@Suite struct AnalyticEnergyTests {
  @Test(arguments: AnalyticCase.all) func energyAndGradientAreThoseOfTheFormula(_ test: AnalyticCase) throws {
    let probe = try Probe(test.energy, over: test.energy.space)
    // The terms of Müller and Brown's surface cancel to a tenth; a ring's radius is a difference over 0.16.
    expectReference(probe, at: test.points(64), cancellation: 8, test.testDescription) { point, _ in
      test.reference(point[0], point[1])
    }
  }

  @Test(arguments: AnalyticCase.all) func rowsDoNotMix(_ test: AnalyticCase) throws {
    let probe = try Probe(test.energy, over: test.energy.space)
    let points = test.points(37)
    let (together, gradients) = (probe.energies(points), probe.gradients(points))
    for row in [0, 7, 36] {
      #expect(probe.energies([points[row]]) == [together[row]])
      #expect(probe.gradients([points[row]]) == Array(gradients[(2 * row)..<(2 * row + 2)]))
    }
  }

  @Test(arguments: AnalyticCase.all) func finitePointsHaveFiniteEnergies(_ test: AnalyticCase) throws {
    let probe = try Probe(test.energy, over: test.energy.space)
    let corners: [Float] = [-50, -1, 0, 1, 50]
    let points = corners.flatMap { x in corners.map { [x, $0] } }
    #expect(probe.energies(points).allSatisfy { $0.isFinite })
    #expect(probe.gradients(points).allSatisfy { $0.isFinite })
  }

  @Test(arguments: AnalyticCase.all) func momentsAreThoseOfQuadrature(_ test: AnalyticCase) throws {
    guard let support = test.support else { return }
    let grid = planeMoments(over: support, intervals: 1_600, test.reference)
    let logNormalizer = try #require(test.energy.logNormalizer)
    #expect(abs(logNormalizer - grid.logNormalizer) < 1e-9)
    let (mean, variance) = (try #require(test.energy.mean), try #require(test.energy.variance))
    for axis in 0..<2 {
      #expect(abs(mean[axis] - grid.mean[axis]) < 1e-9)
      #expect(abs(variance[axis] - grid.variance[axis]) < 1e-8 * (1 + grid.variance[axis]))
    }
  }

  @Test func numbersKnownElsewhere() throws {
    // Printed to so many digits: half a unit of the last one.
    func expect(_ value: Double?, _ known: Double, _ unit: Double = 1e-7, _ line: Int = #line) throws {
      #expect(abs(try #require(value) - known) <= 0.6 * unit, "line \(line)")
    }
    try expect(DoubleWell { $0.dimension = 1 }.logNormalizer, 0.3442382)
    try expect(DoubleWell { $0.dimension = 3 }.logNormalizer, 3 * 0.3442382, 3e-7)
    try expect(DoubleWell { $0.dimension = 1 }.variance?[0], 0.8521362)
    try expect(
      DoubleWell {
        $0.height = 1; $0.dimension = 1
      }.logNormalizer, 0.6799263)
    try expect(
      DoubleWell {
        $0.height = 1; $0.dimension = 1
      }.variance?[0], 0.8327455)
    try expect(Gaussian().logNormalizer, 1.8378771)
    try expect(NealFunnel().logNormalizer, 2.9364894)
    try expect(NealFunnel().variance?[1], 90.02, 1e-2)
    try expect(
      Banana {
        $0.bend = 0.5; $0.deviations = [1, 1]
      }.variance?[1], 1.5)
    try expect(
      Banana {
        $0.bend = 1; $0.deviations = [1, 0.5]
      }.variance?[1], 2.25)
    try expect(
      Banana {
        $0.bend = 1; $0.deviations = [3, 0.5]
      }.logNormalizer, log(3 * Double.pi))
    // det of this Σ by cofactors is 4 (2 − 0.25) − 2 (2 − 0.3) + 0.6 (1 − 1.2) = 3.48.
    let covariance = [[4, 2, 0.6], [2, 2, 0.5], [0.6, 0.5, 1]]
    try expect(
      Gaussian {
        $0.center = [0, 0, 0]
        $0.covariance = covariance
      }.logNormalizer, 1.5 * log(2 * .pi) + 0.5 * log(3.48), 1e-12)
  }

  /// By quadrature over the energies as they are computed, whose rounding is a few 10⁻⁷ of them.
  @Test func doubleWellsMomentsKnownElsewhere() throws {
    func moments(_ height: Double) throws -> (logNormalizer: Double, mean: ((Double, Double) -> Double) -> Double) {
      let points = (0...6_000).map { Float($0) / 1_000 - 3 }
      let energies = try Probe(
        DoubleWell {
          $0.height = height
          $0.dimension = 1
        }
      ).energies(points.map { [$0] }).map(Double.init)
      let mass = energies.reduce(0) { $0 + exp(-$1) }
      return (
        log(mass / 1_000),
        { value in zip(points, energies).reduce(0) { $0 + value(Double($1.0), $1.1) * exp(-$1.1) } / mass }
      )
    }
    func expect(_ value: Double, _ known: Double, _ line: Int = #line) {
      #expect(abs(value - known) < 2e-6, "\(value), not \(known), line \(line)")
    }
    let (logNormalizer, mean) = try moments(2)
    expect(logNormalizer, 0.3442382)
    expect(exp(logNormalizer), 1.4109147)
    expect(mean { x, _ in x * x }, 0.8521362)
    expect(mean { x, _ in x * x * x * x }, 0.9771362)
    expect(mean { x, _ in abs(x) }, 0.8680901)
    let energy = mean { _, energy in energy }
    expect(energy, 0.5457277)
    expect(mean { _, value in (value - energy) * (value - energy) }, 0.4018644)
    let (lowLogNormalizer, lowMean) = try moments(1)
    expect(lowLogNormalizer, 0.6799263)
    expect(lowMean { x, _ in x * x }, 0.8327455)
    expect(lowMean { _, energy in energy }, 0.4172545)
  }

  /// Two far wells are two normal distributions of variance 1/(8 h b²), to a part in h b⁴.
  @Test func farWellsAreNormal() throws {
    let wells = DoubleWell {
      $0.height = 1e4; $0.position = 3; $0.dimension = 1
    }
    let expected = log(2) + 0.5 * log(2 * .pi / (8 * 1e4 * 9))
    #expect(abs(try #require(wells.logNormalizer) - expected) < 1e-5)
    #expect(abs(try #require(wells.variance?[0]) - 9) < 1e-5)
  }

  @Test func funnelsMomentsAreThoseOfQuadrature() throws {
    // With x = t e^{v/2} the mass lies in a box.
    let funnel = NealFunnel { $0.deviation = 1.5 }
    let probe: (Double, Double) -> Double = { v, t in
      let x = t * exp(v / 2)
      return v * v / 4.5 + 0.5 * x * x * exp(-v) + 0.5 * v - 0.5 * v
    }
    let grid = planeMoments(over: [-14...14, -9...9], intervals: 800, probe)
    #expect(abs(try #require(funnel.logNormalizer) - grid.logNormalizer) < 1e-9)
    #expect(abs(try #require(funnel.variance?[0]) - grid.variance[0]) < 1e-8)
  }

  @Test func muellerAndBrownsWellsAndSaddles() throws {
    let probe = try Probe(MullerBrown { $0.temperature = 1 })
    let points: [[Float]] = [
      [-0.558224, 1.441726], [0.623499, 0.028038], [-0.050011, 0.466694], [-0.822002, 0.624313], [0.212487, 0.292988],
    ]
    let known = [-146.69952, -108.16672, -80.76782, -40.66484, -72.24894]
    expectAll(probe.energies(points), known, within: 2e-3)
    // Curvatures reach thousands, and the places are given to 10⁻⁶.
    expectAll(probe.gradients(points), [Double](repeating: 0, count: 10), within: 1e-2)
  }

  @Test func cuspsHaveNoGradient() throws {
    #expect(try Probe(Ring()).gradients([[0, 0]]) == [0, 0])
    #expect(try Probe(Ackley()).gradients([[0, 0]]) == [0, 0])
    expectAll(try Probe(Ackley()).energies([[0, 0]]), [0], within: 1e-6)
  }

  @Test func moreDimensionsAreIndependentOrPaired() throws {
    let x: [Float] = [0.3, -0.8, 1.1, 0.2]
    let halves = [Array(x[0..<2]), Array(x[2..<4])]
    let pairs: [(any TractableEnergy, any TractableEnergy)] = [
      (DoubleWell { $0.dimension = 4 }, DoubleWell()), (Rastrigin { $0.dimension = 4 }, Rastrigin()),
      (Rosenbrock { $0.dimension = 4 }, Rosenbrock()),
    ]
    for (four, two) in pairs {
      let whole = try Probe(four, over: four.space).energies([x])
      let parts = try Probe(two, over: two.space).energies(halves)
      expectAll(whole, [Double(parts[0] + parts[1])], within: 1e-6 * Double(whole[0]), type(of: four).name)
      #expect(try #require(four.variance).count == 4)
      #expect(abs(try #require(four.logNormalizer) - 2 * (try #require(two.logNormalizer))) < 1e-12)
    }
  }
}
