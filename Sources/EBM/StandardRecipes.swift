internal import Datasets
internal import EBMCore
internal import Energies
internal import Initializers
internal import Metrics
internal import NoiseSchedules
internal import Objectives
internal import Optimizers
internal import Samplers

/// The built-in recipes, written with the builder.
enum StandardRecipes {
  static func all() throws(ConfigurationError) -> [BuiltInRecipe] {
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
      Checkerboard(scale: 4)
      CosineLogSNR(levels: 6, minimum: -5.1, maximum: 9.8)
      ResidualMLP(width: 64, multipliers: [1, 1, 1], activation: .silu, spectralNorm: false)
      LearnedGaussian(ResidualUNetMLP(width: 64))
      Langevin(steps: 15)
      CooperativeRecovery(stepConstant: 1e-3)
      Adam(learningRate: 2e-3, warmup: 100, finalFraction: 0.02)
      SupportCoverage()
      GridDivergence()
    }
  }
}
