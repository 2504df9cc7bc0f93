internal import Datasets
public import EBMCore
internal import Energies
internal import Initializers
internal import Metrics
internal import NoiseSchedules
internal import Objectives
internal import Optimizers
internal import Samplers

/// The built-in recipes, written with the builder. They use components of all of the framework's plugins.
public struct StandardRecipes: Plugin {
  public init() {}

  public func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
    for recipe in try StandardRecipes.all() { try registry.add(recipe: recipe) }
  }

  private static func all() throws(ConfigurationError) -> [BuiltInRecipe] {
    var recipes = [
      try recipe(cdrlCheckerboard(), "Cooperative diffusion recovery likelihood on the checkerboard.")
    ]
    for entry in try ObjectiveRecipes.all() { recipes.append(try recipe(entry.pipeline, entry.summary)) }
    return recipes
  }

  private static func recipe(_ pipeline: Pipeline, _ summary: String) throws(ConfigurationError) -> BuiltInRecipe {
    BuiltInRecipe(pipeline.name, summary: summary, sections: try pipeline.recipe().sections)
  }

  /// A small network, and 4,000 updates instead of the authors' 100,000: seconds on two cores.
  private static func cdrlCheckerboard() throws(ConfigurationError) -> Pipeline {
    var training = TrainingSettings()
    training.iterations = 4_000
    return try Pipeline("cdrl-checkerboard", training: training) {
      Checkerboard { $0.scale = 4 }
      CosineLogSNR {
        $0.levels = 6; $0.minimum = -5.1; $0.maximum = 9.8
      }
      ResidualMLP {
        $0.width = 64; $0.multipliers = [1, 1, 1]; $0.activation = .silu; $0.spectralNorm = false
      }
      LearnedGaussian { $0.network = PointPerceptron { $0.width = 64 } }
      Langevin { $0.steps = 15 }
      CooperativeRecovery { $0.stepConstant = 1e-3 }
      Adam {
        $0.learningRate = 2e-3
        $0.rate = WarmUpRate {
          $0.updates = 100
          $0.then = CosineRate { $0.final = 0.02 }
        }
      }
      SupportCoverage()
      GridDivergence()
    }
  }
}
