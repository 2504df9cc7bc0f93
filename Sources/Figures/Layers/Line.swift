/// A line through points in order. Values that cannot be shown interrupt it.
public struct Line: Sendable {
  /// Positions on the x axis.
  public var x: [Double]
  /// Positions on the y axis, as many as on the x axis.
  public var y: [Double]
  /// The text in the legend; nil (the default) keeps the line out of it.
  public var label: String?
  /// The colour; nil (the default) takes the next of `Color.palette`.
  public var color: Color?
  /// In points; 1.6 by default.
  public var width: Double
  /// Whether the line is broken into dashes.
  public var isDashed: Bool
  /// Whether each point shows as a small disc.
  public var hasMarkers: Bool
  /// Number of neighbouring points to average over; 0 (the default) draws the values as they are, more draws them
  /// faint with the average on top.
  public var smoothing: Int

  /// A line.
  ///
  /// - Precondition: `x` and `y` have the same count.
  public init(
    x: [some Plottable], y: [some Plottable], label: String? = nil, color: Color? = nil, width: Double = 1.6,
    isDashed: Bool = false, hasMarkers: Bool = false, smoothing: Int = 0
  ) {
    requireEqualCounts("Line", ("x", x.count), ("y", y.count))
    self.x = x.map(\.plotValue)
    self.y = y.map(\.plotValue)
    self.label = label
    self.color = color
    self.width = width
    self.isDashed = isDashed
    self.hasMarkers = hasMarkers
    self.smoothing = smoothing
  }
}
