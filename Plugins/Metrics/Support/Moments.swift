/// Mean and variance of numbers, by Welford's recurrence.
struct Moments {
  let mean: Double
  /// Divided by n − 1; 0 for fewer than two numbers.
  let variance: Double
  let count: Int

  init(_ values: some Sequence<Double>) {
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
  var standardError: Double { (variance / Double(max(1, count))).squareRoot() }
}

/// Quantiles of sorted numbers.
enum Quantile {
  /// The quantile by linear interpolation between order statistics, at position p (n − 1).
  static func of(_ sorted: [Double], _ level: Double) -> Double {
    let position = level * Double(sorted.count - 1)
    let lower = Int(position)
    let upper = min(lower + 1, sorted.count - 1)
    return sorted[lower] + (position - Double(lower)) * (sorted[upper] - sorted[lower])
  }
}

/// Ranks of numbers.
enum Ranks {
  /// Ranks from 1, equal numbers having the mean of theirs.
  static func averaged(_ values: [Double]) -> [Double] {
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

/// A small generator for subsamples and resamples, the same everywhere.
///
/// Source: Steele, Lea & Flood, *Fast splittable pseudorandom number generators*, 2014.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
