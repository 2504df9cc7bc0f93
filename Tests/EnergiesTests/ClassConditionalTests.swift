import EBMCore
import Energies
import Foundation
import Networks
import Tensors
import Testing

/// Energies that know classes, and what is made of them: tables, guidance, concepts, classifiers, perceptrons.
@Suite struct ClassConditionalTests {
  private let line = SampleSpace(shape: [1], classes: 2)
  private let plane = SampleSpace(shape: [2], classes: 2)
  private let points = scatteredPoints(24, dimension: 2, in: -2...2)
  private let labels = (0..<24).map { Float($0 % 3) }

  private func normal(_ x: Double, _ mean: Double, _ deviation: Double) -> Double {
    pow((x - mean) / deviation, 2) / 2
  }

  @Test func eachRowTakesTheEnergyOfItsClass() throws {
    let probe = try Probe(
      EnergyPerClass {
        $0.classes = [Gaussian(), DoubleWell()]; $0.unlabeled = Ring()
      }, over: plane)
    func reference(_ x: [Double], _ label: Int) -> Double {
      switch label {
      case 0: pow((x[0] * x[0] + x[1] * x[1]).squareRoot() - 2, 2) / 0.08
      case 1: normal(x[0], 0, 1) + normal(x[1], 0, 1)
      default: x.reduce(0) { $0 + 2 * pow($1 * $1 - 1, 2) }
      }
    }
    expectReference(probe, at: points, labels: labels) { reference($0, $1 % 3) }
    expectReference(probe, at: points) { x, _ in reference(x, 0) }
  }

  @Test func withoutAnEnergyOfItsOwnTheNullClassIsTheSumOverClasses() throws {
    let probe = try Probe(EnergyPerClass { $0.classes = [Gaussian(), DoubleWell()] }, over: plane)
    let mixture = try Probe(EnergyMixture { $0.parts = [Gaussian(), DoubleWell()] }, over: plane)
    #expect(probe.energies(points) == mixture.energies(points))
    #expect(probe.energies(points, labels: points.map { _ in 0 }) == mixture.energies(points))
  }

  @Test func aLabelThatDoesNotExistIsNotHidden() throws {
    let probe = try Probe(EnergyPerClass { $0.classes = [Gaussian(), DoubleWell()] }, over: plane)
    #expect(probe.energies([[1, 1], [1, 1]], labels: [3, 1])[0].isNaN)
    #expect(probe.energies([[1, 1], [1, 1]], labels: [3, 1])[1] == 1)
  }

  /// Guidance of normal distributions: precision (w + 1)/s_c² − w/s_u², mean weighted likewise.
  @Test(arguments: [-1, 0, 0.5, 2]) func guidanceOfGaussians(w: Double) throws {
    let (mean, deviation, broadMean, broadDeviation) = (1.0, 0.6, -0.3, 1.5)
    let table = EnergyPerClass {
      $0.classes = [Gaussian(mean: [mean], deviation: deviation), Gaussian(mean: [-1], deviation: 1)]
      $0.unlabeled = Gaussian(mean: [broadMean], deviation: broadDeviation)
    }
    let probe = try Probe(
      GuidedEnergy {
        $0.energy = table; $0.weight = w
      }, over: line)
    let (narrow, broad) = (1 / (deviation * deviation), 1 / (broadDeviation * broadDeviation))
    let precision = (w + 1) * narrow - w * broad
    let center = ((w + 1) * mean * narrow - w * broadMean * broad) / precision
    let x = scatteredPoints(16, dimension: 1, in: -3...3)
    expectAll(
      probe.gradients(x, labels: x.map { _ in 1 }), x.map { precision * (Double($0[0]) - center) }, within: 3e-5)
    // The null class, given or not, is not guided.
    let plain = x.map { normal(Double($0[0]), broadMean, broadDeviation) }
    expectAll(probe.energies(x), plain, within: 3e-6)
    expectAll(probe.energies(x, labels: x.map { _ in 0 }), plain, within: 3e-5)
  }

  /// Concepts that condition one coordinate each: the composition is their joint density, the plain product has the
  /// prior twice.
  @Test func conceptsOfGaussians() throws {
    let concepts = [
      Gaussian {
        $0.center = [1.5, 0]; $0.covariance = [[0.25, 0], [0, 1]]
      },
      Gaussian {
        $0.center = [0, -2]; $0.covariance = [[1, 0], [0, 0.5]]
      },
    ]
    let table = EnergyPerClass {
      $0.classes = concepts; $0.unlabeled = Gaussian()
    }
    let composed = try Probe(
      ConceptComposition {
        $0.energy = table; $0.concepts = [1, 2]
      }, over: plane)
    let joint = points.flatMap { [(Double($0[0]) - 1.5) / 0.25, (Double($0[1]) + 2) / 0.5] }
    expectAll(composed.gradients(points), joint, within: 3e-5)
    // Labels of the data do not matter.
    #expect(composed.energies(points, labels: labels) == composed.energies(points))
    let product = try Probe(EnergySum { $0.terms = concepts }, over: plane)
    expectAll(product.gradients(points), zip(joint, points.joined()).map { $0 + Double($1) }, within: 3e-5)
  }

  @Test(arguments: [0, 0.7, 2]) func conceptsWithGuidance(w: Double) throws {
    let table = EnergyPerClass {
      $0.classes = [DoubleWell(), Ring { $0.radius = 1 }]; $0.unlabeled = Gaussian()
    }
    func parts(_ x: [Double]) -> (concepts: Double, null: Double) {
      let well = x.reduce(0) { $0 + 2 * pow($1 * $1 - 1, 2) }
      let ring = pow((x[0] * x[0] + x[1] * x[1]).squareRoot() - 1, 2) / 0.08
      return (well + ring, normal(x[0], 0, 1) + normal(x[1], 0, 1))
    }
    let probe = try Probe(
      ConceptComposition {
        $0.energy = table; $0.concepts = [1, 2]; $0.weight = w
      }, over: plane)
    expectReference(probe, at: points, cancellation: 2) { x, _ in
      let (concepts, null) = parts(x)
      return (w + 1) * (concepts - null) - w * null
    }
    // Of one concept it is guidance.
    let one = try Probe(
      ConceptComposition {
        $0.energy = table; $0.concepts = [2]; $0.weight = w
      }, over: plane)
    let guided = try Probe(
      GuidedEnergy {
        $0.energy = table; $0.weight = w
      }, over: plane)
    expectAll(
      one.energies(points), guided.energies(points, labels: points.map { _ in 2 }).map(Double.init), within: 1e-4)
  }

  @Test func aClassifiersLogitsAreEnergies() throws {
    let space = SampleSpace(shape: [2], classes: 3)
    let probe = try Probe(ClassifierEnergy { $0.widths = [7, 5] }, over: space)
    let reference = try PerceptronReference(probe, layers: 2)
    let labels = (0..<24).map { Float($0 % 4) }
    func energy(_ x: [Double], _ label: Int) -> Double {
      let logits = reference.outputs(x, feature: nil)
      return label == 0 ? -log(logits.reduce(0) { $0 + exp($1) }) : -logits[label - 1]
    }
    expectReference(probe, at: points, labels: labels, cancellation: 4) { energy($0, $1 % 4) }
    expectReference(probe, at: points, cancellation: 4) { x, _ in energy(x, 0) }
    let classifier = try #require(probe.function as? any ClassifierFunction)
    let logits = probe.run(points) { x, _, context in [classifier.logits(x, &context)] }
    expectAll(logits, points.flatMap { reference.outputs($0.map(Double.init), feature: nil) }, within: 1e-5)
    // p(y | x) = exp(E(x) − E(x | y)) is the softmax: it sums to 1.
    let marginal = probe.energies(points)
    let sums = points.indices.map { row in
      (1...3).reduce(0) {
        $0 + exp(Double(marginal[row] - probe.energies([points[row]], labels: [Float($1)])[0]))
      }
    }
    expectAll(sums.map(Float.init), points.map { _ in 1 }, within: 1e-5)
  }

  @Test(arguments: Activation.allCases.filter { $0 == .silu || $0 == .tanh })
  func perceptronsAddTheClassesEmbedding(_ activation: Activation) throws {
    let probe = try Probe(
      MLP {
        $0.widths = [9, 6]; $0.activation = activation; $0.hasClasses = true
      }, over: plane)
    let reference = try PerceptronReference(probe, layers: 2, activation: activation)
    expectReference(probe, at: points, labels: labels, cancellation: 4) { x, row in
      reference.outputs(x, feature: row % 3)[0]
    }
    expectReference(probe, at: points, cancellation: 4) { x, _ in reference.outputs(x, feature: 0)[0] }
  }
}
