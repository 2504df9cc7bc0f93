/// Averages over neighbours.
package enum Smoothing {
  /// The mean over a window about each value, taken twice, so that neighbours count less the farther they are.
  ///
  /// Missing values (nil) take no part and stay missing; the window is cut at the ends.
  ///
  /// - Parameter window: number of neighbours, the value itself among them.
  /// - Complexity: O(count), whatever the window.
  package static func average(_ values: [Double?], window: Int) -> [Double?] {
    let reach = max(0, (min(window, values.count) - 1) / 2)
    return reach == 0 ? values : mean(mean(values, reach: reach), reach: reach)
  }

  private static func mean(_ values: [Double?], reach: Int) -> [Double?] {
    // The sums are taken of differences from one of the values: with a large common offset they would lose digits.
    let offset = values.lazy.compactMap { $0 }.first ?? 0
    var sums = [0.0]
    var counts = [0]
    for value in values {
      sums.append(sums[sums.count - 1] + (value.map { $0 - offset } ?? 0))
      counts.append(counts[counts.count - 1] + (value == nil ? 0 : 1))
    }
    return values.indices.map { index in
      if values[index] == nil { return nil }
      let (from, to) = (max(0, index - reach), min(values.count, index + reach + 1))
      return offset + (sums[to] - sums[from]) / Double(counts[to] - counts[from])
    }
  }
}

/// Thins out polylines that have many points in each column of pixels.
package enum Decimation {
  /// The first, lowest, highest and last point of each half-point-wide column, which draws the same line.
  ///
  /// A line that runs backwards anywhere is left as it is.
  package static func thinned(_ points: [Point]) -> [Point] {
    guard points.count > 1000 else { return points }
    for (point, next) in zip(points, points.dropFirst()) where next.x < point.x { return points }
    var result: [Point] = []
    var start = 0
    while start < points.count {
      let column = (points[start].x * 2).rounded(.down)
      var end = start + 1
      var (low, high) = (start, start)
      while end < points.count, (points[end].x * 2).rounded(.down) == column {
        if points[end].y < points[low].y { low = end }
        if points[end].y > points[high].y { high = end }
        end += 1
      }
      for index in Set([start, low, high, end - 1]).sorted() { result.append(points[index]) }
      start = end
    }
    return result
  }
}
