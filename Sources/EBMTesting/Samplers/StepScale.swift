private import Foundation
internal import Tensors

/// Finds how long steps should be on a target, whatever the sampler's settings are: the target's scale is what samplers
/// multiply their step size by.
struct StepScale {
  /// The scale at which chains move furthest, in squared distance a step.
  private(set) var best: Double
  /// The largest scale at which a step goes no further than 0.7 standard lengths, root mean square.
  private(set) var moderate: Double
  /// Mean acceptance at `best`; nil for samplers that report none.
  private(set) var acceptance: Double?
  /// Whether chains move at all.
  private(set) var moves = false
  /// Whether the state is a function of the position.
  private(set) var isMarkov = true
  /// Whether the sampler says at every scale that its assumptions do not hold on this target.
  private(set) var isDeclined = true

  /// Scales in a row, each 1/√2 of the one before, that bring no improvement and end the search: a factor of 32.
  private static let patience = 10

  /// Tries scales from bold ones down, so that of two that move chains as far the cheaper one is taken.
  init(_ runner: ChainRunner, _ target: ReferenceTarget, draws: [Float], key: RandomKey) {
    best = target.length
    var (largest, sinceBest) = (0.0, 0)
    var gentle: Double?
    for exponent in (-14...10).reversed() where sinceBest < StepScale.patience {
      let scale = target.length * pow(2, Double(exponent) / 2)
      let ends = runner.run(from: draws, scale: scale, key: key)
      if largest > 0 { sinceBest += 1 }
      guard ends.isFinite else { continue }
      let jump =
        zip(ends.positions, draws).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) } / Double(draws.count)
      if !ends.isDeclined { isDeclined = false }
      // Unstable steps go far too; nothing sensible goes beyond the target. A tenth is within the noise of few draws.
      if jump > largest * 1.1, jump < 100 * target.length * target.length, !ends.isDeclined {
        (best, largest, sinceBest, acceptance) = (scale, jump, 0, ends.acceptance)
        isMarkov = runner.isFunctionOfPosition(ends, scale: scale)
      }
      if jump.squareRoot() <= 0.7 * target.length { gentle = gentle ?? scale }
    }
    moderate = gentle ?? target.length
    moves = largest > 0
  }
}
