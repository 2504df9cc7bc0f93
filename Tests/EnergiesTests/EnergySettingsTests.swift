import EBMCore
import Energies
import FileFormats
import Networks
import Tensors
import TestSupport
import Testing

@Suite struct EnergySettingsTests {
  private func registry() throws -> ComponentRegistry { try ComponentRegistry(plugins: [EveryEnergy()]) }

  @Test func everyEnergyComesBackFromItsRecipe() throws {
    let registry = try registry()
    let entries = registry.entries(in: .energy)
    #expect(entries.count == 23)
    for entry in entries {
      let value = try entry.type.init().recipeValue()
      let back = try registry.component(value, as: .energy, at: "energy")
      #expect(try back.recipeValue() == value, "\(entry.name)")
    }
  }

  @Test func aNestedEnergyComesBackTheSame() throws {
    let well = DoubleWell {
      $0.height = 1.5; $0.position = 0.75
    }
    let energy = EnergySum {
      $0.terms = [
        TemperedEnergy {
          $0.energy = EnergyMixture {
            $0.parts = [Gaussian(mean: [1, 0.5], deviation: 0.5), Ring()]
            $0.weights = [1, 3]
          }
          $0.temperature = 2
        },
        ScaledEnergy {
          $0.energy = BoxedEnergy {
            $0.energy = well; $0.lower = [-1, -2]; $0.upper = [1.25]
          }
          $0.factor = -0.25
        }, MLP { $0.widths = [8] },
      ]
      $0.weights = [1, 0.5, 2]
    }
    let value = try energy.recipeValue()
    let text = value.compactText
    let back = try registry().component(JSONValue(parsing: text), as: .energy, at: "energy")
    #expect(try back.recipeValue().compactText == text)
    let points = scatteredPoints(9, dimension: 2, in: -2...2)
    let rebuilt = try #require(back as? any Energy)
    let space = SampleSpace(shape: [2])
    #expect(try Probe(rebuilt, over: space).energies(points) == Probe(energy, over: space).energies(points))
  }

  @Test(
    arguments: [
      (["type": "double-well", "height": -1], "energy.height: found -1, expected a number in [1e-06, 1000000]"),
      (["type": "double-well", "dimension": 0], "energy.dimension: found 0, expected an integer from 1 to 1000000"),
      (
        ["type": "gaussian", "covariance": [[1, 2], [2, 1]]],
        "energy: the covariance [[1.0, 2.0], [2.0, 1.0]] is not symmetric and positive definite"
      ),
      (
        ["type": "gaussian", "covariance": [[1, 0.5], [0, 1]]],
        "energy: the covariance [[1.0, 0.5], [0.0, 1.0]] is not symmetric and positive definite"
      ),
      (
        ["type": "gaussian", "mean": [1, 2, 3]],
        "energy: the mean has 3 numbers, but the covariance has rows of 2, 2"
      ),
      (["type": "gaussian-mixture", "weights": [1, 2]], "energy: 4 means, but 2 weights"),
      (
        ["type": "gaussian-mixture", "means": [[1], [1, 2]]], "energy: means [[1.0], [1.0, 2.0]] are not of one length"
      ),
      (["type": "banana", "deviations": [1]], "energy.deviations: found [1], expected a list of 2"),
      (["type": "rosenbrock", "dimension": 3], "energy: dimension 3 is odd: coordinates come in pairs"),
      (["type": "neal-funnel", "dimension": 1], "energy.dimension: found 1, expected an integer from 2 to 1000000"),
      (["type": "ring", "radius": -1], "energy.radius: found -1, expected a number in [0, 1000000]"),
      (["type": "muller-brown", "temperature": 0], "energy.temperature: found 0, expected a number in [1, 1000]"),
      (
        ["type": "ising", "rows": 2],
        "energy: a torus of 2 × 4 spins has pairs that are neighbours twice; 3 × 3 is the smallest"
      ),
      (["type": "rbm", "hidden": 0], "energy.hidden: found 0, expected an integer from 1 to 65536"),
      (["type": "sum", "terms": []], "energy.terms: found [], expected a list of at least 1, each element an energy"),
      (["type": "sum", "weights": [1, 2, 3]], "energy: 2 terms, but 3 weights"),
      (
        ["type": "sum", "terms": ["gausian"]], #"energy.terms.0: no energy is called "gausian"; did you mean gaussian?"#
      ),
      (
        ["type": "sum", "terms": ["ring", ["type": "ring", "deviation": 0]]],
        "energy.terms.1.deviation: found 0, expected a number in [1e-06, 1000000]"
      ),
      (["type": "mixture", "weights": [0]], "energy.weights.0: found 0, expected a number in [1e-06, 1000000]"),
      (["type": "tempered", "temperature": 0], "energy.temperature: found 0, expected a number in [1e-06, 1000000]"),
      (
        ["type": "boxed", "lower": [-1, 2], "upper": [1]],
        "energy: coordinate 1: the lower end 2.0 is not below the upper end 1.0"
      ),
      (["type": "boxed", "lower": [-1, -1, -1], "upper": [1, 1]], "energy: 3 lower ends, but 2 upper ends"),
      (["type": "guided", "weight": -2], "energy.weight: found -2, expected a number in [-1, 1000]"),
      (
        ["type": "composed-concepts", "concepts": [0]],
        "energy.concepts.0: found 0, expected an integer from 1 to 65536"
      ),
      (
        ["type": "classifier", "activation": "swish"],
        #"energy.activation: found "swish", expected one of silu, leakyReLU, relu, softplus, tanh"#
      ),
    ] as [(JSONValue, String)])
  func nonsenseIsRefused(value: JSONValue, message: String) throws {
    let registry = try registry()
    let found = messages { _ = try registry.component(value, as: .energy, at: "energy") }
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix(message) == true, "\(found)")
  }

  @Test(
    arguments: [
      (
        Gaussian(),
        "energy: gaussian is an energy of continuous points of shape [2], found continuous points of shape [3]"
      ),
      (
        EnergySum {
          $0.terms = [
            Gaussian {
              $0.center = [0, 0, 0]
            },
            TemperedEnergy {
              $0.energy = Ring(); $0.temperature = 2
            }, Banana(),
          ]
        },
        """
        energy.terms.1.energy: ring is an energy of continuous points of shape [2], found continuous points of shape [3]
        energy.terms.2: banana is an energy of continuous points of shape [2], found continuous points of shape [3]
        """
      ),
      (
        EnergySum {
          $0.terms = [
            Gaussian {
              $0.center = [0, 0, 0]
            }
          ]; $0.weights = [1, 2]
        }, "energy: 1 terms, but 2 weights"
      ),
      (
        Gaussian {
          $0.center = [0]; $0.covariance = [[-1]]
        },
        "energy: the covariance [[-1.0]] is not symmetric and positive definite"
      ),
      (
        Ising {
          $0.rows = 3; $0.columns = 1; $0.isTorus = false
        },
        "energy: ising is an energy of spin points of shape [3, 1, 1], found continuous points of shape [3]"
      ),
      (RestrictedBoltzmannMachine(), "energy: rbm takes binary points, found continuous ones"),
      (
        BoxedEnergy {
          $0.energy = DoubleWell { $0.dimension = 3 }; $0.lower = [-1, -1]; $0.upper = [1, 1]
        },
        "energy.lower: found a box of 2 coordinates, expected 1 or 3 for these points"
      ),
      (MLP { $0.hasClasses = true }, "energy: mlp needs points with classes, found points without"),
      (
        ResidualMLP {
          $0.hasClasses = true
        }, "energy: residual-mlp needs points with classes, found points without"
      ),
      (ClassifierEnergy(), "energy: classifier needs points with classes, found points without"),
      (
        GuidedEnergy {
          $0.energy = MLP()
        }, "energy: guided needs points with classes, found points without"
      ),
      (
        ConceptComposition {
          $0.energy = MLP(); $0.concepts = [1]
        },
        "energy: composed-concepts needs points with classes, found points without"
      ),
      (
        EnergyPerClass {
          $0.classes = [MLP(), MLP()]
        }, "energy: per-class needs points with classes, found points without"
      ),
    ] as [(any Energy, String)])
  func pointsThatDoNotFitAreRefused(energy: any Energy, message: String) {
    let found =
      energy.conflicts().map { "energy: \($0)" } + messages { try energy.checkFit(over: SampleSpace(shape: [3])) }
    #expect(found.joined(separator: "\n").hasPrefix(message))
  }

  @Test func pointsOfAnotherKindAreRefused() {
    let found = messages { try Gaussian().checkFit(over: SampleSpace(shape: [2], values: .binary)) }
    #expect(
      found == ["energy: gaussian is an energy of continuous points of shape [2], found binary points of shape [2]"])
  }

  @Test func conceptsAreClassesOfTheData() {
    let space = SampleSpace(shape: [2], classes: 3)
    let found = messages {
      _ = try Probe(
        ConceptComposition {
          $0.energy = MLP { $0.hasClasses = true }
          $0.concepts = [1, 4]
        }, over: space)
    }
    #expect(found == ["energy.concepts: found concept 4, expected a class from 1 to 3"])
  }
}
