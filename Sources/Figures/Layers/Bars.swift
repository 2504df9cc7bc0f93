/// Upright bars standing on zero: a histogram or one bar a name. Bars that cannot be shown are left out.
public struct Bars: Sendable {
  /// Left end of each bar on the x axis.
  public var lower: [Double]
  /// Right end of each bar on the x axis.
  public var upper: [Double]
  /// Height of each bar.
  public var heights: [Double]
  /// The text in the legend; nil (the default) keeps the bars out of it.
  public var label: String?
  /// The colour; nil (the default) takes the next of `Color.palette`.
  public var color: Color?

  /// Touching bars between neighbouring edges.
  ///
  /// - Precondition: one edge more than heights (or both empty).
  public init(edges: [some Plottable], heights: [some Plottable], label: String? = nil, color: Color? = nil) {
    precondition(
      edges.count == heights.count + 1 || (edges.isEmpty && heights.isEmpty),
      "Bars: \(edges.count) edges found, \(heights.count + 1) expected for \(heights.count) heights")
    self.lower = edges.dropLast().map(\.plotValue)
    self.upper = edges.dropFirst().map(\.plotValue)
    self.heights = heights.map(\.plotValue)
    self.label = label
    self.color = color
  }

  /// One bar a value, at 0, 1, 2, …; name them by `Axis(ticks: Tick.names([…]))`.
  ///
  /// - Parameter width: width of a bar, the distance of neighbours being 1.
  public init(values: [some Plottable], width: Double = 0.72, label: String? = nil, color: Color? = nil) {
    self.lower = values.indices.map { Double($0) - width / 2 }
    self.upper = values.indices.map { Double($0) + width / 2 }
    self.heights = values.map(\.plotValue)
    self.label = label
    self.color = color
  }

  /// A histogram of a sample as a density: the bars' areas add up to 1 over the values inside the limits.
  ///
  ///     height of a bin = count in it / (count in all bins × width of a bin)
  ///
  /// - Parameters:
  ///   - sample: the values; those that cannot be shown or lie outside the limits are left out.
  ///   - bins: number of bins, at least 1.
  ///   - limits: the first and the last edge; nil takes the range of the sample.
  public static func histogram(
    of sample: [some Plottable], bins: Int = 40, in limits: ClosedRange<Double>? = nil, label: String? = nil,
    color: Color? = nil
  ) -> Bars {
    let values = sample.map(\.plotValue)
    let scale = AxisScale.linear
    guard let range = (limits ?? scale.range(of: values)).flatMap(scale.usable) else {
      return Bars(edges: [Double](), heights: [Double](), label: label, color: color)
    }
    let bins = max(1, bins)
    let width = (range.upperBound - range.lowerBound) / Double(bins)
    var counts = Array(repeating: 0, count: bins)
    for value in values where range.contains(value) {
      counts[min(bins - 1, Int((value - range.lowerBound) / width))] += 1
    }
    let total = max(1, counts.reduce(0, +))
    return Bars(
      edges: (0...bins).map { range.lowerBound + Double($0) * width },
      heights: counts.map { Double($0) / (Double(total) * width) }, label: label, color: color)
  }
}
