/// A mean of independent numbers with its standard error.
struct SampleMean {
  let mean: Double
  let standardError: Double
  /// Share that the largest deviation has in the sum of squares: near 0 when the standard error can be believed, large
  /// for tails so heavy that it cannot.
  let dominance: Double
  let count: Int

  init(_ values: some Collection<Double>) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    var (squares, largest) = (0.0, 0.0)
    for value in values {
      let square = (value - mean) * (value - mean)
      squares += square
      largest = max(largest, square)
    }
    self.mean = mean
    standardError = (squares / (n * max(1, n - 1))).squareRoot()
    dominance = squares > 0 ? largest / squares : 0
    count = values.count
  }

  /// Standard errors between the mean and a value; infinite when something is not finite.
  func deviation(from value: Double) -> Double {
    let distance = abs(mean - value)
    if !distance.isFinite || !standardError.isFinite { return .infinity }
    if distance == 0 { return 0 }
    return distance / standardError
  }
}
