import EBMCore
import Testing

/// Expects the numbers of a printed table: within half a unit of the last digit, and a little for numbers that lie on
/// the edge.
func expectTable(
  _ found: [Double], _ printed: [Double], digits: Int = 6, _ label: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.count == printed.count, "\(label)", sourceLocation: sourceLocation)
  var tolerance = 0.51
  for _ in 0..<digits { tolerance /= 10 }
  for (index, (f, e)) in zip(found, printed).enumerated() {
    #expect(abs(f - e) <= tolerance, "\(label)[\(index)]: \(f) instead of \(e)", sourceLocation: sourceLocation)
  }
}

/// Expects ā² + s̄² = 1 at every level, and that the steps between levels lead from each to the next.
func expectVariancePreserved(_ levels: NoiseLevels, sourceLocation: SourceLocation = #_sourceLocation) {
  for level in levels.signals.indices {
    let sum = levels.signals[level] * levels.signals[level] + levels.noises[level] * levels.noises[level]
    #expect(abs(sum - 1) < 1e-12, "level \(level)", sourceLocation: sourceLocation)
  }
  for level in 1..<levels.signals.count {
    let (alpha, sigma) = (levels.transitionSignal(to: level), levels.transitionNoise(to: level))
    // σ² is a difference of numbers near 1.
    #expect(abs(alpha * alpha + sigma * sigma - 1) < 1e-12, "step to \(level)", sourceLocation: sourceLocation)
  }
}
