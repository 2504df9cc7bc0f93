internal import EBMCore
private import Foundation

extension Examination {
  /// A schedule's table of levels.
  mutating func checkSchedule(_ schedule: some NoiseSchedule) {
    let levels: NoiseLevels
    do throws(ConfigurationError) { levels = try schedule.noiseLevels() } catch {
      return record("levels", error: error, expected: "two levels or more, their signal-to-noise ratios falling")
    }
    let (signals, noises, logSNR) = (levels.signals, levels.noises, levels.logSNR)
    record(
      "falling signal-to-noise ratio",
      logSNR.allSatisfy(\.isFinite) && zip(logSNR, logSNR.dropFirst()).allSatisfy { $0 > $1 },
      "log SNR from \((logSNR.first ?? .nan).short) to \((logSNR.last ?? .nan).short) over \(logSNR.count) levels",
      expected: "finite and falling from level to level")

    // A table with one level of ā² + s̄² = 1 is meant to have no other.
    let powers = zip(signals, noises).map { $0 * $0 + $1 * $1 }
    let worst = powers.map { abs($0 - 1) }.max() ?? 0
    let claims =
      powers.dropFirst().contains { abs($0 - 1) < 1e-6 } || abs((powers.first ?? 0) - 1) < 1e-9 && signals[0] < 1
    record(
      "variance preserved", !claims || worst < 1e-6,
      claims
        ? "|ā² + s̄² − 1| is \(worst.short) at most"
        : "not claimed: ā² + s̄² = \((powers.last ?? 0).short) at the last level",
      expected: "ā² + s̄² = 1 at every level, when it holds at one")

    var (transition, posterior) = (0.0, 0.0)
    for level in 1...max(1, levels.steps) {
      let (alpha, sigma) = (levels.transitionSignal(to: level), levels.transitionNoise(to: level))
      // x_i = α x_{i−1} + σ ε has the table's signal and noise again.
      transition = max(
        transition, abs(alpha * signals[level - 1] / signals[level] - 1),
        abs((pow(alpha * noises[level - 1], 2) + sigma * sigma) / pow(noises[level], 2) - 1))
      // Precisions of what level i says of level i − 1 and of what the clean point says add up.
      let precision = 1 / pow(noises[level - 1], 2) + pow(alpha / sigma, 2)
      posterior = max(posterior, abs(pow(levels.posteriorNoise(from: level), 2) * precision - 1))
      if sigma.isNaN { transition = .infinity }
    }
    record(
      "transitions", transition < 1e-6 && posterior < 1e-6,
      "relative errors of \(transition.short) in x_i = α x_{i−1} + σ ε, of \(posterior.short) in the posterior's variance",
      expected: "noise added at every step, and identities that hold to 10⁻⁶")
    let again = try? schedule.noiseLevels()
    record(
      "same table again", again == levels, again == levels ? "the same" : "another",
      expected: "the same table each time")
  }
}
