@_exported public import Datasets
@_exported public import EBMCore
@_exported public import Energies
@_exported public import FileFormats
@_exported public import Initializers
@_exported public import Metrics
@_exported public import Networks
@_exported public import NoiseSchedules
@_exported public import Objectives
@_exported public import Optimizers
@_exported public import Runs
@_exported public import Samplers
@_exported public import Sampling
@_exported public import Tensors

extension [any Plugin] {
  /// The framework's own plugins and its recipes: `EBMCommand.main(plugins: .standard + [MyLab()])`.
  public static var standard: [any Plugin] {
    [
      DatasetsPlugin(), EnergiesPlugin(), InitializersPlugin(), MetricsPlugin(), NoiseSchedulesPlugin(),
      ObjectivesPlugin(), OptimizersPlugin(), RunsPlugin(), SamplersPlugin(), StandardRecipes(),
    ]
  }
}
