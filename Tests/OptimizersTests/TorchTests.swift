import EBMCore
import Foundation
import Optimizers
import Testing

/// Ten updates beside PyTorch's; `Fixtures/torch_steps.py` says how its numbers were made.
@Suite struct TorchTests {
  private static let transforms: [(name: String, transform: any GradientTransform)] = [
    ("sgd", sgd { _ in }),
    ("sgd-momentum", sgd { $0.momentum = 0.9 }),
    (
      "sgd-nesterov",
      sgd {
        $0.momentum = 0.9; $0.nesterov = true
      }
    ),
    ("sgd-penalty", chain(WeightDecay { $0.decay = 0.1 }, sgd { $0.momentum = 0.5 })),
    ("adam", Adam { $0.learningRate = 0.05 }),
    (
      "adam-betas",
      Adam {
        $0.learningRate = 0.05; $0.beta1 = 0.5; $0.beta2 = 0.9; $0.epsilon = 1e-3
      }
    ),
    ("adam-penalty", chain(WeightDecay { $0.decay = 0.1 }, Adam { $0.learningRate = 0.05 })),
    (
      "adamw",
      AdamW {
        $0.learningRate = 0.05; $0.weightDecay = 0.1
      }
    ),
    ("rmsprop", RMSprop { $0.learningRate = 0.01 }),
    (
      "rmsprop-momentum",
      RMSprop {
        $0.learningRate = 0.01; $0.decay = 0.9; $0.momentum = 0.8
      }
    ),
    (
      "rmsprop-centered",
      RMSprop {
        $0.learningRate = 0.01; $0.decay = 0.9; $0.centered = true
      }
    ),
    ("clip-norm", chain(ClipNorm { $0.longest = 2 }, sgd { _ in })),
    ("clip-value", chain(ClipValue { $0.largest = 0.7 }, sgd { _ in })),
    ("warm-up", sgd { $0.rate = WarmUpRate { $0.updates = 4 } }),
    ("cosine", sgd { $0.rate = CosineRate { $0.final = 0.1 } }),
    ("linear", sgd { $0.rate = LinearRate { $0.final = 0.1 } }),
    (
      "steps",
      sgd {
        $0.rate = StepRate {
          $0.after = [0.5, 0.8]; $0.factor = 0.3
        }
      }
    ),
    (
      "warm-up-cosine",
      sgd {
        $0.rate = WarmUpRate {
          $0.updates = 4; $0.then = CosineRate { $0.final = 0.1 }
        }
      }
    ),
  ]

  private static func sgd(_ change: (inout SGD) -> Void) -> SGD {
    SGD {
      $0.learningRate = 0.05
      change(&$0)
    }
  }

  private static func chain(_ transforms: any GradientTransform...) -> OptimizerChain {
    OptimizerChain { $0.transforms = transforms }
  }

  private static let fixtures = Result {
    let url = try #require(
      Bundle.module.url(forResource: "torch_steps", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode([String: [[Double]]].self, from: try Data(contentsOf: url))
  }

  /// The script's problem is ``Problem/quadratic``. Ours is in single precision: a few units in the last place of numbers
  /// near 2 for each update.
  @Test(arguments: transforms.map(\.name))
  func takesTheSameSteps(name: String) throws {
    let transform = try #require(Self.transforms.first { $0.name == name }).transform
    let expected = try #require(try Self.fixtures.get()[name])
    var descent = Descent(.quadratic, transform, total: 10)
    for (update, theta) in expected.enumerated() {
      descent.advance()
      for (found, value) in zip(descent.point, theta) {
        #expect(abs(Double(found) - value) < 4e-6, "update \(update + 1)")
      }
    }
    #expect(expected.count == 10)
  }

  @Test func everyFixtureIsUsed() throws {
    #expect(try Self.fixtures.get().keys.sorted() == Self.transforms.map(\.name).sorted())
  }
}
