public import EBMCore
public import Tensors

/// Persistent contrastive divergence: ``MaximumLikelihood`` whose chains go on from step to step, in an initializer
/// that keeps them.
///
/// ```
/// L = mean E(x⁺) − mean E(x⁻) + a (mean E(x⁺)² + mean E(x⁻)²)
/// ```
/// With ``MaximumLikelihood`` it shares everything but the defaults. Samples of a trained model come from fresh chains,
/// not from those that trained it.
/// Source: Tieleman, 2008; the energy penalty is Du & Mordatch's, 2019, eq. 4.
public struct PersistentContrastiveDivergence: Objective, ObjectiveFunction {
  public static let name = "persistent-contrastive-divergence"
  public static let summary = "Maximum likelihood with negatives from persistent chains (PCD)."

  @Setting("a, weight of the squared energies that keep them near 0", .atLeast(0)) public var energyPenalty: Float = 0.1
  @Setting("sampler steps of a chain that makes a sample, from a fresh start", .integers(0...))
  public var samplingSteps = 500

  public init() {}

  public var offers: Set<Capability> { [.data] }
  public var needs: [Need] { [.part(.sampler), .part(.initializer), .from(.initializer, .keptChains)] }

  private var likelihood: MaximumLikelihood {
    MaximumLikelihood {
      $0.energyPenalty = energyPenalty; $0.samplingSteps = samplingSteps
    }
  }

  public func withoutPenalties() -> Self {
    var plain = self
    plain.energyPenalty = 0
    return plain
  }

  public func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
    likelihood.losses(for: data, model: model, &context)
  }

  public func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] {
    likelihood.samples(count, model: model, &context)
  }

  public func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
    likelihood.energy(at: points, level: level, model: model, &context)
  }
}
