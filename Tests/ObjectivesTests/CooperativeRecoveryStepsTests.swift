import EBM
import Testing

/// The tables of cooperative recovery against the numbers of Zhu et al., 2024, to all digits they are printed with here.
@Suite struct CooperativeRecoveryStepsTests {
  private static func steps(levels: Int = 6, _ objective: CooperativeRecovery) throws -> CooperativeRecovery.Steps {
    objective.steps(try CosineLogSNR { $0.levels = levels }.noiseLevels())
  }

  private static let image = CooperativeRecovery {
    $0.stepConstant = 2e-4; $0.scalesWithNoise = true
  }

  private static func expect(
    _ found: [Double], _ expected: [Double], digits: Double = 1e-6, _ label: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == expected.count, sourceLocation: sourceLocation)
    for (index, (f, e)) in zip(found, expected).enumerated() {
      // Half a unit of the last printed digit, and a little: the table was computed in Float32.
      #expect(abs(f - e) <= 0.51 * digits, "\(label)[\(index)]: \(f) instead of \(e)", sourceLocation: sourceLocation)
    }
  }

  @Test func ofImages() throws {
    let steps = try Self.steps(Self.image)
    let squares = [2.543375e-5, 2.436971e-3, 7.842455e-3, 1.650548e-2, 2.943638e-2, 4.788069e-2]
    // Seven digits each.
    for (found, expected) in zip(steps.step, squares) {
      #expect(abs(found * found - expected) <= 2.5e-7 * expected, "b² \(found * found) instead of \(expected)")
    }
    Self.expect(
      steps.step, [0.00504319, 0.04936569, 0.08855764, 0.12847365, 0.17157033, 0.21881657], digits: 1e-8, "b")
    Self.expect(
      zip(steps.coupling, steps.step).map { $0 * $1 * $1 / 2 },
      [2.000000e-4, 6.775439e-3, 1.293772e-2, 1.831107e-2, 2.256783e-2, 0], digits: 1e-8, "coupling b²/2")
    Self.expect(steps.deviation, [0.007203, 0.201127, 0.324725, 0.403713, 0.422368, 0.921787], "m b̃")
    Self.expect(steps.weight, [1, 0.594612, 0.458029, 0.375606, 0.312243, 0.259980], "w")
    Self.expect(steps.multiplier, [0.967686, 0.905628, 0.834814, 0.741150, 0.589766, 1], "m")
  }

  @Test func ofFewerLevels() throws {
    Self.expect(
      try Self.steps(levels: 5, Self.image).step, [0.005995, 0.063860, 0.114289, 0.165794, 0.218464], "b of 5")
    Self.expect(try Self.steps(levels: 4, Self.image).step, [0.007395, 0.086884, 0.153996, 0.216407], "b of 4")
  }

  /// b² = 2·10⁻³ σ²/s̄₀, without the level's noise: the component's defaults.
  @Test func inTwoDimensions() throws {
    let steps = try Self.steps(CooperativeRecovery())
    Self.expect(steps.step, [0.130683, 0.219778, 0.285315, 0.347924, 0.418528, 0.502663], "b")
    for (t, (step, noise)) in zip(steps.step, steps.transitionNoise).enumerated() {
      Self.expect([step * step / (noise * noise)], [0.268587], "b²/σ²")
      Self.expect([steps.coupling[t] * step * step / 2], [t == 5 ? 0 : 0.134294], "coupling b²/2")
    }
  }
}
