internal import EBMCore
internal import Foundation
public import Sampling

// Settings that suit a target, of samplers without an acceptance to be tuned by.

extension ParallelTempering: FittableSampler {
  /// Replicas that move by MALA.
  public mutating func fit(to scales: TargetScales) -> [FittedSetting] {
    sampler = MALA {
      $0.stepSize = scales.preconditionedStepSize; $0.inverseMass = scales.inverseMass
    }
    return [FittedSetting("mala", scales.preconditionedStepSize)]
  }
}

extension AnnealedLangevin: FittableSampler {
  /// Steps that fall from half of MALA's to a tenth.
  public mutating func fit(to scales: TargetScales) -> [FittedSetting] {
    (largestNoise, smallestNoise) = (1, 0.2)
    (levels, stepsPerLevel) = (10, 20)
    stepSize = scales.stepSize * scales.stepSize / 100
    return [FittedSetting("first √a", 0.5 * scales.stepSize), FittedSetting("last √a", 0.1 * scales.stepSize)]
  }
}

extension RejectionSampling: FittableSampler {
  /// A uniform envelope over a square.
  public mutating func fit(to scales: TargetScales) -> [FittedSetting] {
    let square = scales.envelope
    (proposal, center, width) = (.uniform, Float(square.center), Float(square.reach))
    // Whoever looked for the least energy may have missed it by a little.
    logBound = Float(2 * log(2 * square.reach) - square.lowestEnergy + 0.05)
    return [FittedSetting("width", width)]
  }
}

extension ReducedSteps: FittableSampler {
  /// The settings of the sampler in it, whose steps become longer.
  public mutating func fit(to scales: TargetScales) -> [FittedSetting] {
    sampler = scales.fitted(sampler).sampler
    return [FittedSetting("stepSize", scales.untestedStepSize * stepMultiplier)]
  }
}

extension Masked: FittableSampler {
  /// The settings of the sampler in it, where it moves all coordinates: what is known is known of all.
  public mutating func fit(to scales: TargetScales) -> [FittedSetting] {
    if !observed.isEmpty { return [] }
    let inner = scales.fitted(sampler)
    sampler = inner.sampler
    return inner.settings
  }
}
