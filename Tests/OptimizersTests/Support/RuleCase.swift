import EBMCore
import Foundation
import Optimizers
import Testing

/// A transform, and the published formula written out in Double.
struct RuleCase: Sendable, CustomTestStringConvertible {
  /// What the formula knows: the gradient, the weights, the number of the update from 1 and of all, and what it keeps.
  struct Formula {
    var g, theta: [Double]
    let k, total: Int
    var kept: [String: [Double]]

    /// A running mean that begins at 0: m ← d m + (1 − d) x.
    mutating func mean(_ name: String, _ decay: Double, _ x: [Double]) -> [Double] {
      let old = kept[name] ?? x.map { _ in 0 }
      kept[name] = zip(old, x).map { decay * $0 + (1 - decay) * $1 }
      return kept[name] ?? []
    }

    /// v ← μ v + x.
    mutating func velocity(_ momentum: Double, _ x: [Double]) -> [Double] {
      let old = kept["velocity"] ?? x.map { _ in 0 }
      kept["velocity"] = zip(old, x).map { momentum * $0 + $1 }
      return kept["velocity"] ?? []
    }

    mutating func adam(_ rate: Double, _ beta1: Double, _ beta2: Double, _ epsilon: Double) -> [Double] {
      let (m, v) = (mean("m", beta1, g), mean("v", beta2, g.map { $0 * $0 }))
      return zip(m, v).map { m, v in
        rate * (m / (1 - pow(beta1, Double(k)))) / ((v / (1 - pow(beta2, Double(k)))).squareRoot() + epsilon)
      }
    }
  }

  let testDescription: String
  let transform: any GradientTransform
  /// The step.
  let formula: @Sendable (inout Formula) -> [Double]

  init(_ name: String, _ transform: any GradientTransform, _ formula: @escaping @Sendable (inout Formula) -> [Double]) {
    testDescription = name
    self.transform = transform
    self.formula = formula
  }

  /// Settings are powers of two where the formula allows it, so that Float and Double begin with the same numbers.
  static let all: [RuleCase] = [
    RuleCase("sgd", SGD { $0.learningRate = 0.03125 }) { f in f.g.map { 0.03125 * $0 } },
    RuleCase(
      "momentum",
      SGD {
        $0.learningRate = 0.03125; $0.momentum = 0.75
      }
    ) { f in
      f.velocity(0.75, f.g).map { 0.03125 * $0 }
    },
    RuleCase(
      "nesterov",
      SGD {
        $0.learningRate = 0.03125; $0.momentum = 0.75; $0.nesterov = true
      }
    ) { f in
      zip(f.g, f.velocity(0.75, f.g)).map { 0.03125 * ($0 + 0.75 * $1) }
    },
    RuleCase(
      "adam",
      Adam {
        $0.learningRate = 0.0625; $0.beta1 = 0.75; $0.beta2 = 0.9375; $0.epsilon = 0x1p-20
      }
    ) {
      $0.adam(0.0625, 0.75, 0.9375, 0x1p-20)
    },
    RuleCase(
      "adam-warm-up-cosine",
      Adam {
        $0.learningRate = 0.125
        $0.rate = WarmUpRate {
          $0.updates = 8; $0.then = CosineRate { $0.final = 0.25 }
        }
      }
    ) { f in
      let n = Double(f.k - 1)
      let rest = Double(f.total - 8 - 1)
      let factor = n < 8 ? (n + 1) / 8 : 0.25 + 0.75 * (1 + cos(Double.pi * (n - 8) / rest)) / 2
      return f.adam(0.125 * factor, Double(Float(0.9)), Double(Float(0.999)), Double(Float(1e-8)))
    },
    RuleCase(
      "adamw",
      AdamW {
        $0.learningRate = 0.0625; $0.beta2 = 0.9375; $0.weightDecay = 0.25
      }
    ) { f in
      let adam = f.adam(0.0625, Double(Float(0.9)), 0.9375, Double(Float(1e-8)))
      return zip(adam, f.theta).map { $0 + 0.0625 * 0.25 * $1 }
    },
    RuleCase(
      "rmsprop",
      RMSprop {
        $0.learningRate = 0.015625; $0.decay = 0.875; $0.epsilon = 0x1p-16
      }
    ) { f in
      let square = f.mean("v", 0.875, f.g.map { $0 * $0 })
      return zip(f.g, square).map { 0.015625 * $0 / ($1.squareRoot() + 0x1p-16) }
    },
    RuleCase(
      "rmsprop-centered-momentum",
      RMSprop {
        $0.learningRate = 0.0078125; $0.decay = 0.875; $0.epsilon = 0x1p-6; $0.momentum = 0.5; $0.centered = true
      }
    ) { f in
      let (square, mean) = (f.mean("v", 0.875, f.g.map { $0 * $0 }), f.mean("m", 0.875, f.g))
      let spread = zip(square, mean).map { max(0, $0 - $1 * $1).squareRoot() + 0x1p-6 }
      return f.velocity(0.5, zip(f.g, spread).map { $0 / $1 }).map { 0.0078125 * $0 }
    },
    RuleCase(
      "lion",
      Lion {
        $0.learningRate = 0.015625; $0.beta1 = 0.875; $0.beta2 = 0.96875; $0.weightDecay = 0.5
      }
    ) {
      f in
      let old = f.kept["m"] ?? f.g.map { _ in 0 }
      let directions = zip(old, f.g).map { 0.875 * $0 + 0.125 * $1 }
      _ = f.mean("m", 0.96875, f.g)
      return zip(directions, f.theta).map { 0.015625 * (($0 > 0 ? 1 : $0 < 0 ? -1 : 0) + 0.5 * $1) }
    },
    RuleCase(
      "clip-norm", OptimizerChain { $0.transforms = [ClipNorm { $0.longest = 2 }, SGD { $0.learningRate = 0.0625 }] }
    ) { f in
      let norm = f.g.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return f.g.map { 0.0625 * $0 * min(1, 2 / norm) }
    },
    RuleCase(
      "clip-value",
      OptimizerChain { $0.transforms = [ClipValue { $0.largest = 0.5 }, SGD { $0.learningRate = 0.0625 }] }
    ) { f in f.g.map { 0.0625 * max(-0.5, min(0.5, $0)) } },
    RuleCase(
      "penalty",
      OptimizerChain {
        $0.transforms = [
          WeightDecay { $0.decay = 0.25 },
          SGD {
            $0.learningRate = 0.0625; $0.momentum = 0.5
          },
        ]
      }
    ) { f in
      let pulled = zip(f.g, f.theta).map { $0 + 0.25 * $1 }
      return f.velocity(0.5, pulled).map { 0.0625 * $0 }
    },
    RuleCase(
      "decoupled-decay",
      OptimizerChain {
        $0.transforms = [
          Adam {
            $0.learningRate = 1; $0.beta2 = 0.9375
          },
          WeightDecay {
            $0.decay = 0.25; $0.rate = LinearRate()
          },
          SGD { $0.learningRate = 0.0625 },
        ]
      }
    ) { f in
      let fall = 1 - Double(f.k - 1) / Double(f.total - 1)
      let adam = f.adam(1, Double(Float(0.9)), 0.9375, Double(Float(1e-8)))
      return zip(adam, f.theta).map { 0.0625 * ($0 + 0.25 * fall * $1) }
    },
    RuleCase(
      "per-network",
      PerNetwork {
        $0.energy = SGD { $0.learningRate = 0.0625 }; $0.initializer = Lion { $0.learningRate = 1 }
      }
    ) { f in f.g.map { 0.0625 * $0 } },
  ]
}
