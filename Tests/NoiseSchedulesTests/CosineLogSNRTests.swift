import EBMCore
import Foundation
import NoiseSchedules
import Testing

/// Against the numbers of Zhu et al., 2024 (eq. 19 and 20, and the ablation over T), to all digits they are printed
/// with here.
@Suite struct CosineLogSNRTests {
  private static func expect(
    _ found: [Double], _ expected: [Double], within tolerance: Double = 0.51e-6, _ label: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == expected.count, sourceLocation: sourceLocation)
    for (index, (f, e)) in zip(found, expected).enumerated() {
      // Half a unit of the last printed digit, and a little: the table was computed in Float32.
      #expect(abs(f - e) <= tolerance, "\(label)[\(index)]: \(f) instead of \(e)", sourceLocation: sourceLocation)
    }
  }

  @Test func sixLevels() throws {
    let levels = try CosineLogSNR().noiseLevels()
    Self.expect(
      levels.logSNR, [9.8, 2.688820, 1.196880, 0.141071, -0.876073, -2.172388, -5.1], "λ")
    Self.expect(levels.signals, [0.999972, 0.967659, 0.876339, 0.731580, 0.542211, 0.319777, 0.077845], "ā")
    Self.expect(levels.noises, [0.007446, 0.252262, 0.481696, 0.681756, 0.840243, 0.947493, 0.996966], "s̄")
    let transitions = Array(1...6)
    Self.expect(
      transitions.map { levels.transitionSignal(to: $0) },
      [0.967686, 0.905628, 0.834814, 0.741150, 0.589766, 0.243434], "α")
    Self.expect(
      transitions.map { levels.transitionSignal(to: $0) * levels.transitionSignal(to: $0) },
      [0.936416, 0.820161, 0.696915, 0.549303, 0.347824, 0.059260], "α²")
    Self.expect(
      transitions.map { levels.transitionNoise(to: $0) },
      [0.252159, 0.424074, 0.550532, 0.671340, 0.807574, 0.969917], "σ")
    Self.expect(
      transitions.map { levels.posteriorNoise(from: $0) },
      [0.007443, 0.222086, 0.388979, 0.544711, 0.716162, 0.921787], "b̃")
    Self.expect(
      transitions.map { levels.noises[$0 - 1] / levels.noises[0] },
      [1, 33.877193, 64.688589, 91.555339, 112.839134, 127.242110], "s̄/s̄₀")
  }

  /// Levels are equal steps of the angle whose cosine is ā and whose sine is s̄, 0.247571 each. Neighbours that share
  /// their noise have, on data of variance 1, the covariance ā_t ā_{t+1} + s̄_t s̄_{t+1}, the cosine of a step.
  @Test func neighboursAreOneAngleApart() throws {
    let levels = try CosineLogSNR().noiseLevels()
    let (signals, noises) = (levels.signals, levels.noises)
    let covariances = (0..<6).map { (t: Int) -> Double in signals[t] * signals[t + 1] + noises[t] * noises[t + 1] }
    Self.expect(covariances, [Double](repeating: 0.969510, count: 6), "covariance")
    let angles = zip(signals, noises).map { (signal: Double, noise: Double) -> Double in atan2(noise, signal) }
    let steps = (0..<6).map { (t: Int) -> Double in angles[t + 1] - angles[t] }
    Self.expect(steps, [Double](repeating: 0.247571, count: 6), "angle")
  }

  @Test func fiveAndFourLevels() throws {
    let five = try CosineLogSNR { $0.levels = 5 }.noiseLevels()
    Self.expect(five.logSNR, [9.8, 2.314760, 0.752260, -0.457146, -1.864653, -5.1], "λ")
    Self.expect(
      (1...5).map { five.transitionNoise(to: $0) }, [0.299762, 0.503174, 0.655462, 0.808655, 0.977155], "σ")
    let four = try CosineLogSNR { $0.levels = 4 }.noiseLevels()
    Self.expect(four.logSNR, [9.8, 1.842479, 0.141071, -1.458927, -5.1], "λ")
    Self.expect((1...4).map { four.transitionNoise(to: $0) }, [0.369744, 0.616442, 0.804709, 0.983806], "σ")
  }

  @Test(arguments: [(1, -5.1, 9.8), (6, -5.1, 9.8), (40, -12, 12), (1000, -20, 20)] as [(Int, Double, Double)])
  func preservesVarianceAndFalls(levels count: Int, minimum: Double, maximum: Double) throws {
    let levels = try CosineLogSNR {
      $0.levels = count; $0.minimum = minimum; $0.maximum = maximum
    }.noiseLevels()
    #expect(levels.steps == count && levels.signals.count == count + 1)
    let logSNR = levels.logSNR
    #expect(abs(logSNR[0] - maximum) < 1e-9 && abs(logSNR[count] - minimum) < 1e-9)
    #expect(zip(logSNR, logSNR.dropFirst()).allSatisfy { $0 > $1 })
    for level in 0...count {
      let (signal, noise) = (levels.signals[level], levels.noises[level])
      #expect(abs(signal * signal + noise * noise - 1) < 1e-14)
      guard level > 0 else { continue }
      let (alpha, sigma) = (levels.transitionSignal(to: level), levels.transitionNoise(to: level))
      #expect(abs(alpha * alpha + sigma * sigma - 1) < 1e-12)
    }
  }

  @Test func aRangeThatRisesIsRefused() {
    #expect(
      CosineLogSNR {
        $0.minimum = 3; $0.maximum = 2
      }.conflicts() == ["minimum 3.0 is not below maximum 2.0"])
    #expect(throws: ConfigurationError.self) {
      try CosineLogSNR {
        $0.minimum = 3; $0.maximum = 2
      }.noiseLevels()
    }
  }
}
