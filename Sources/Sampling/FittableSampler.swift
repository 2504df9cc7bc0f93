public import EBMCore

/// A sampler that has no acceptance to be tuned by and knows itself which settings suit a target.
public protocol FittableSampler: Sampler {
  /// Takes settings that suit a target, where its chains are to be compared with those of tuned samplers.
  ///
  /// - Parameter scales: what is known of the target.
  /// - Returns: what was set, for tables.
  mutating func fit(to scales: TargetScales) -> [FittedSetting]
}

/// A setting that was found for a target.
public struct FittedSetting: Sendable {
  /// What it is: `stepSize`.
  public let name: String
  /// Its value.
  public let value: Double

  /// A setting that was found.
  public init(_ name: String, _ value: some BinaryFloatingPoint) {
    self.name = name
    self.value = Double(value)
  }
}

/// What is known of a target before a sampler is fitted to it.
public struct TargetScales: Sendable {
  /// A square outside of which a density is negligible.
  public struct Envelope: Sendable {
    /// The middle, of every coordinate.
    public let center: Double
    /// Half a side.
    public let reach: Double
    /// The least energy in it.
    public let lowestEnergy: Double

    /// A square.
    public init(center: Double, reach: Double, lowestEnergy: Double) {
      self.center = center
      self.reach = reach
      self.lowestEnergy = lowestEnergy
    }
  }

  /// A sampler with settings that suit the target.
  public typealias Fitting = @Sendable (any Sampler) -> (sampler: any Sampler, settings: [FittedSetting])

  /// The step size at which the Metropolis-adjusted Langevin algorithm accepts best, in units of the target's scale.
  public let stepSize: Float
  /// The same where coordinates are measured in their deviations.
  public let preconditionedStepSize: Float
  /// Variances of the coordinates.
  public let inverseMass: [Float]
  private let findEnvelope: @Sendable () -> Envelope
  private let fitting: Fitting

  /// What is known of a target.
  ///
  /// - Parameters:
  ///   - stepSize: the best step of Langevin proposals.
  ///   - preconditionedStepSize: the same in units of deviations.
  ///   - inverseMass: the variances.
  ///   - envelope: finds the square; asked for by those who need it.
  ///   - fitting: how any sampler is fitted, for those that hold another one.
  public init(
    stepSize: Float, preconditionedStepSize: Float, inverseMass: [Float],
    envelope: @escaping @Sendable () -> Envelope, fitting: @escaping Fitting
  ) {
    self.stepSize = stepSize
    self.preconditionedStepSize = preconditionedStepSize
    self.inverseMass = inverseMass
    findEnvelope = envelope
    self.fitting = fitting
  }

  /// A square outside of which the density is negligible; costs some thousand evaluations.
  public var envelope: Envelope { findEnvelope() }

  /// The step of samplers without a test: a third of the best one of those with a test.
  public var untestedStepSize: Float { stepSize / 3 }

  /// Another sampler fitted to the same target: a part of one that is fitted.
  public func fitted(_ sampler: any Sampler) -> (sampler: any Sampler, settings: [FittedSetting]) { fitting(sampler) }
}
