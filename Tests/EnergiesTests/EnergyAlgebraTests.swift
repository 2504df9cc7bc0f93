import EBMCore
import Energies
import Foundation
import Networks
import Tensors
import Testing

/// Sums, mixtures, factors, temperatures and boxes of energies.
@Suite struct EnergyAlgebraTests {
  private let plane = SampleSpace(shape: [2])
  private let points = scatteredPoints(40, dimension: 2, in: -2.5...2.5)
  private let gaussian = Gaussian(mean: [0.5, -0.25], deviation: 0.8)

  private func gaussianReference(_ x: [Double]) -> Double {
    (pow(x[0] - 0.5, 2) + pow(x[1] + 0.25, 2)) / 1.28
  }
  private func ringReference(_ x: [Double]) -> Double {
    pow((x[0] * x[0] + x[1] * x[1]).squareRoot() - 2, 2) / 0.08
  }
  private func wellReference(_ x: [Double]) -> Double { x.reduce(0) { $0 + 2 * pow($1 * $1 - 1, 2) } }

  @Test func sumsWeighTheirTerms() throws {
    let probe = try Probe(
      EnergySum {
        $0.terms = [gaussian, Ring(), DoubleWell()]
        $0.weights = [1.3, -0.3, 0.5]
      }, over: plane)
    expectReference(probe, at: points) { x, _ in
      1.3 * gaussianReference(x) - 0.3 * ringReference(x) + 0.5 * wellReference(x)
    }
  }

  @Test func oneWeightIsForAllTerms() throws {
    let probe = try Probe(
      EnergySum {
        $0.terms = [gaussian, Ring()]; $0.weights = [2]
      }, over: plane)
    expectReference(probe, at: points) { x, _ in 2 * (gaussianReference(x) + ringReference(x)) }
  }

  /// The product of normal densities is normal: precisions add, means are weighted by them.
  @Test func productOfGaussiansIsGaussian() throws {
    let terms = [
      Gaussian {
        $0.center = [1, 2]
        $0.covariance = [[0.5, 0], [0, 4]]
      },
      Gaussian {
        $0.center = [-1, 0]; $0.covariance = [[2, 0], [0, 1]]
      },
    ]
    let probe = try Probe(EnergySum { $0.terms = terms }, over: plane)
    let precisions: [Double] = [2 + 0.5, 0.25 + 1]
    let means: [Double] = [(2 - 0.5) / 2.5, 2 * 0.25 / 1.25]
    let expected = points.flatMap { point in (0..<2).map { precisions[$0] * (Double(point[$0]) - means[$0]) } }
    expectAll(probe.gradients(points), expected, within: 1e-5)
  }

  @Test func mixturesAddDensities() throws {
    let probe = try Probe(
      EnergyMixture {
        $0.parts = [gaussian, Ring(), DoubleWell()]
        $0.weights = [1, 4, 0.5]
      }, over: plane)
    expectReference(probe, at: points, cancellation: 4) { x, _ in
      -log(exp(-gaussianReference(x)) + 4 * exp(-ringReference(x)) + 0.5 * exp(-wellReference(x)))
    }
  }

  /// Far away each e^{−E} is 0 in 32 bits, but their sum's logarithm is not.
  @Test func mixturesDoNotUnderflow() throws {
    let parts = [Gaussian { $0.center = [0, 0] }, Gaussian { $0.center = [30, 0] }]
    let probe = try Probe(EnergyMixture { $0.parts = parts }, over: plane)
    expectAll(probe.energies([[-40, 0], [70, 0]]), [800, 800], within: 1e-3)
    expectAll(probe.gradients([[-40, 0], [70, 0]]), [-40, 0, 40, 0], within: 1e-4)
  }

  @Test func mixtureOfGaussiansIsTheGaussianMixture() throws {
    let means = [[-1.0, 0.0], [1.0, 0.5]]
    let deviations = [0.5, 0.75]
    // Parts are not normalised: weights of 1/Z make them so.
    let parts = zip(means, deviations).map { Gaussian(mean: $0, deviation: $1) }
    let weights = zip([0.25, 0.75], parts).map { $0 * exp(-($1.logNormalizer ?? .nan)) }
    let mixture = try Probe(
      EnergyMixture {
        $0.parts = parts; $0.weights = weights
      }, over: plane)
    let exact = GaussianMixture {
      $0.means = means; $0.deviations = deviations; $0.weights = [0.25, 0.75]
    }
    expectAll(mixture.energies(points), try Probe(exact).energies(points).map(Double.init), within: 2e-5)
  }

  @Test func factorsAndTemperatures() throws {
    let negated = try Probe(
      ScaledEnergy {
        $0.energy = DoubleWell(); $0.factor = -0.5
      }, over: plane)
    expectReference(negated, at: points) { x, _ in -0.5 * wellReference(x) }
    let warm = try Probe(
      TemperedEnergy {
        $0.energy = Ring(); $0.temperature = 4
      }, over: plane)
    expectReference(warm, at: points) { x, _ in ringReference(x) / 4 }
  }

  @Test func boxesHaveWalls() throws {
    let box = BoxedEnergy {
      $0.energy = gaussian; $0.lower = [-1, -2]; $0.upper = [1.5]; $0.stiffness = 50
    }
    let probe = try Probe(box, over: plane)
    // None of the points is near an edge, where the second derivative jumps.
    let inner = points.filter { abs($0[0] + 1) > 0.01 && abs($0[0] - 1.5) > 0.01 && abs($0[1] + 2) > 0.01 }
      .filter { abs($0[1] - 1.5) > 0.01 }
    #expect(inner.contains { $0[0] < -1 } && inner.contains { $0[1] > 1.5 } && inner.count > 30)
    expectReference(probe, at: inner) { x, _ in
      let inside = [min(max(x[0], -1), 1.5), min(max(x[1], -2), 1.5)]
      return gaussianReference(inside) + 25 * (pow(x[0] - inside[0], 2) + pow(x[1] - inside[1], 2))
    }
  }

  /// Outside, an energy that overflows is not asked, and the wall alone drives points back.
  @Test func boxesKeepGradientsFinite() throws {
    let probe = try Probe(
      BoxedEnergy {
        $0.energy = ScaledEnergy {
          $0.energy = NealFunnel()
          $0.factor = -1
        }
      }, over: plane)
    let far: [[Float]] = [[-1e6, 1e6], [1e6, -1e6], [-300, 0]]
    #expect(probe.energies(far).allSatisfy { $0.isFinite && $0 > 1e8 })
    let gradients = probe.gradients(far)
    #expect(gradients.allSatisfy { $0.isFinite })
    #expect(gradients[0] < -1e9 && gradients[1] > 1e9 && gradients[2] > 1e9 && gradients[3] < -1e9)
  }

  @Test func aUniformBoxHasItsVolume() throws {
    // A flat energy in a box of 2 × 4: the faces leak √(2π/k) together on each axis.
    let flat = ScaledEnergy {
      $0.energy = Gaussian(); $0.factor = 0
    }
    let probe = try Probe(
      BoxedEnergy {
        $0.energy = flat
        $0.lower = [-1, -2]
        $0.upper = [1, 2]
        $0.stiffness = 1e4
      }, over: plane)
    let size = 600
    let steps = (0..<size).map { (Float($0) + 0.5) / Float(size) }
    let cells = steps.flatMap { y in steps.map { x in [2.4 * x - 1.2, 4.4 * y - 2.2] } }
    let sum = probe.energies(cells).reduce(0.0) { $0 + exp(-Double($1)) }
    let mass = sum * 2.4 * 4.4 / Double(size * size)
    let leak = (2 * Double.pi / 1e4).squareRoot()
    #expect(abs(mass - (2 + leak) * (4 + leak)) < 0.01)
  }

  @Test func wrappedParametersKeepTheirNames() throws {
    let network = MLP { $0.widths = [4] }
    let names = try Probe(network, over: plane).scope.parameters.map(\.name)
    let wrappers: [any Energy] = [
      ScaledEnergy {
        $0.energy = network
        $0.factor = 2
      },
      TemperedEnergy {
        $0.energy = network; $0.temperature = 2
      }, BoxedEnergy { $0.energy = network },
    ]
    for wrapper in wrappers { #expect(try Probe(wrapper, over: plane).scope.parameters.map(\.name) == names) }
    let sum = try Probe(
      EnergySum {
        $0.terms = [network, Ring(), network]
      }, over: plane
    ).scope.parameters.map(\.name)
    #expect(
      sum == names.map { $0.replacing("energy.", with: "energy.terms.0.") }
        + names.map { $0.replacing("energy.", with: "energy.terms.2.") })
  }
}
