import EBM
import Testing

/// The builder and JSON say the same.
@Suite struct RecipeRoundTripTests {
  private let registry: ComponentRegistry

  init() throws { registry = try ComponentRegistry(plugins: .standard) }

  private func roundTrip(_ pipeline: Pipeline) throws -> (first: String, second: String) {
    let first = try pipeline.recipe().text
    let again = try Pipeline(try Recipe(parsing: first), registry: registry)
    return (first, try again.recipe().text)
  }

  @Test func builtInRecipes() throws {
    #expect(
      registry.recipes.map(\.name).contains("cdrl-checkerboard")
        && registry.recipes.map(\.name).contains("pcd-two-moons"))
    for recipe in registry.recipes {
      let pipeline = try Pipeline(try Recipe.load(recipe.name, from: registry), registry: registry)
      let (first, second) = try roundTrip(pipeline)
      #expect(first == second, "\(recipe.name)")
      // Complete as it stands: resolving adds nothing.
      #expect(try Recipe(parsing: first).resolved(with: registry).text == first, "\(recipe.name)")
      #expect(try Model(pipeline).scope.parameters.isEmpty == false, "\(recipe.name)")
    }
  }

  /// No setting has its default, so one that is lost on the way shows.
  @Test func everySettingSurvives() throws {
    var training = TrainingSettings()
    (training.iterations, training.batch, training.averagingDecay) = (7, 33, 0.5)
    (training.gradientClip, training.checkpointEvery, training.checkpointsKept) = (nil, 11, 2)
    (training.logEvery, training.threads, training.onDivergence, training.rollbacks) = (3, 1, .stop, 9)
    let pipeline = try Pipeline("all", seed: UInt64(Int.max), training: training) {
      Checkerboard {
        $0.count = 77; $0.scale = 1.5
      }
      CosineLogSNR {
        $0.levels = 3; $0.minimum = -4; $0.maximum = 8.25
      }
      ResidualMLP {
        $0.width = 12
        $0.multipliers = [1, 3]
        $0.blocks = 2
        $0.activation = .tanh
        $0.spectralNorm = false
      }
      LearnedGaussian {
        $0.network = PointPerceptron {
          $0.width = 96; $0.embedding = 10; $0.blocks = 3
        }
      }
      MALA {
        $0.steps = 4; $0.stepSize = 0.3
      }
      CooperativeRecovery {
        $0.stepConstant = 3e-4
        $0.scalesWithNoise = true
        $0.sharesNoise = false
        $0.tweedie = 2
      }
      AdamW {
        $0.learningRate = 5e-4
        $0.rate = WarmUpRate {
          $0.updates = 3; $0.then = CosineRate { $0.final = 0.125 }
        }
        $0.weightDecay = 0.02
      }
      SupportCoverage()
    }
    let (first, second) = try roundTrip(pipeline)
    #expect(first == second)
    for value in [
      "9223372036854775807", "77", "1.5", "8.25", "\"tanh\"", "96", "\"mala\"", "0.0003", "0.125", "\"stop\"", "null",
      "0.02", "\"warm-up\"",
    ] {
      #expect(first.contains(value), "\(value)")
    }
  }

  /// What the built-in recipe says, written as JSON by hand, is the same pipeline.
  @Test func jsonWrittenByHandIsThePipeline() throws {
    let text = """
      {
        "name": "hand", "seed": 3,
        "metrics": ["grid-divergence"], "dataset": {"type": "two-moons", "deviation": 0.2}, "energy": "mlp",
        "initializer": {"type": "replay-buffer", "capacity": 600}, "sampler": {"type": "langevin", "stepSize": 0.5},
        "objective": "persistent-contrastive-divergence", "optimizer": "adam"
      }
      """
    let pipeline = try Pipeline("hand", seed: 3) {
      GridDivergence()
      Adam()
      PersistentContrastiveDivergence()
      Langevin { $0.stepSize = 0.5 }
      ReplayBuffer { $0.capacity = 600 }
      MLP()
      TwoMoons { $0.deviation = 0.2 }
    }
    #expect(try Pipeline(try Recipe(parsing: text), registry: registry).recipe().text == pipeline.recipe().text)
  }

  @Test func everyMissingPartIsNamedAtOnce() throws {
    let error = #expect(throws: ConfigurationError.self) {
      _ = try Pipeline("half") {
        CooperativeRecovery()
        MLP()
        Adam()
        Adam()
      }
    }
    #expect(error?.problems.map(\.path) == ["optimizer", "dataset", "schedule", "sampler", "initializer"])
  }
}
