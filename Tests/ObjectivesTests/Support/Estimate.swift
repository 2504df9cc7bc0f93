import Testing

/// The mean of independent numbers and its standard error.
struct Estimate {
  let mean: Double
  let standardError: Double

  init(_ numbers: some Collection<Double>) {
    let count = Double(numbers.count)
    let mean = numbers.reduce(0, +) / count
    let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    standardError = (squares / (count - 1) / count).squareRoot()
  }

  init(_ numbers: some Collection<Float>) { self.init(numbers.map(Double.init)) }
}

/// Expects the estimate within 4 standard errors of the truth: by chance it is not once in 16,000 times, and seeds
/// are fixed.
func expect(
  _ estimate: Estimate, isNear truth: Double, _ label: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    abs(estimate.mean - truth) <= 4 * estimate.standardError,
    "\(label): \(estimate.mean) ± \(estimate.standardError) instead of \(truth)", sourceLocation: sourceLocation)
}
