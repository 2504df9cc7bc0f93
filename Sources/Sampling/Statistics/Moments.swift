/// Mean and variance of numbers, by Welford's recurrence.
package struct Moments {
  package let mean: Double
  /// Divided by n − 1; 0 for fewer than two numbers.
  package let variance: Double
  package let count: Int

  package init(_ values: some Sequence<Double>) {
    var (count, mean, squares) = (0, 0.0, 0.0)
    for value in values {
      count += 1
      let difference = value - mean
      mean += difference / Double(count)
      squares += difference * (value - mean)
    }
    self.mean = mean
    self.count = count
    variance = count > 1 ? squares / Double(count - 1) : 0
  }

  /// Standard error of the mean of independent numbers.
  package var standardError: Double { (variance / Double(max(1, count))).squareRoot() }
}

/// Quantiles of sorted numbers.
package enum Quantile {
  /// The quantile by linear interpolation between order statistics, at position p (n − 1).
  package static func of(_ sorted: [Double], _ level: Double) -> Double {
    let position = level * Double(sorted.count - 1)
    let lower = Int(position)
    let upper = min(lower + 1, sorted.count - 1)
    return sorted[lower] + (position - Double(lower)) * (sorted[upper] - sorted[lower])
  }
}

/// Ranks of numbers.
package enum Ranks {
  /// Ranks from 1, equal numbers having the mean of theirs.
  package static func averaged(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for position in start..<end { ranks[order[position]] = Double(start + 1 + end) / 2 }
      start = end
    }
    return ranks
  }
}
