public import EBMCore

/// The framework's metrics.
public struct MetricsPlugin: Plugin {
  public init() {}

  public func register(in registry: inout ComponentRegistry) throws(ConfigurationError) {
    for type in MetricsPlugin.components { try registry.add(type) }
  }

  private static let components: [any Component.Type] = [
    CalibrationError.self, ClassifierTwoSample.self, EnergyDistance.self, FrechetDistance.self, GridDivergence.self,
    HistogramDivergence.self, KernelSteinDiscrepancy.self, LogNormalizer.self, MaximumMeanDiscrepancy.self,
    OutOfDistribution.self, PrecisionRecall.self, SlicedWasserstein.self, StateDivergence.self, SupportCoverage.self,
  ]
}
