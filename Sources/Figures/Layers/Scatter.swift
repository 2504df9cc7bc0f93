/// Points as small discs. Those that cannot be shown are left out.
///
/// Large sets are embedded in vector files as pixels, so that the files stay small.
public struct Scatter: Sendable {
  /// Positions on the x axis.
  public var x: [Double]
  /// Positions on the y axis, as many as on the x axis.
  public var y: [Double]
  /// The text in the legend; nil (the default) keeps the points out of it.
  public var label: String?
  /// The colour; nil (the default) takes the next of `Color.palette`.
  public var color: Color?
  /// In points; nil (the default) makes the discs smaller the more there are.
  public var radius: Double?
  /// From 0 to 1; nil (the default) lets the discs fade the more they would cover of the plot.
  public var opacity: Double?

  /// Points from two columns.
  ///
  /// - Precondition: `x` and `y` have the same count.
  public init(
    x: [some Plottable], y: [some Plottable], label: String? = nil, color: Color? = nil, radius: Double? = nil,
    opacity: Double? = nil
  ) {
    requireEqualCounts("Scatter", ("x", x.count), ("y", y.count))
    self.x = x.map(\.plotValue)
    self.y = y.map(\.plotValue)
    self.label = label
    self.color = color
    self.radius = radius
    self.opacity = opacity
  }

  /// Points from the rows of a table `[count, 2]` stored one row after the other.
  ///
  /// - Precondition: an even number of values.
  public init(
    rows: [some Plottable], label: String? = nil, color: Color? = nil, radius: Double? = nil, opacity: Double? = nil
  ) {
    precondition(rows.count.isMultiple(of: 2), "Scatter: \(rows.count) values found, pairs expected")
    self.init(
      x: stride(from: 0, to: rows.count, by: 2).map { rows[$0].plotValue },
      y: stride(from: 1, to: rows.count, by: 2).map { rows[$0].plotValue },
      label: label, color: color, radius: radius, opacity: opacity)
  }

  func radius(default count: Int) -> Double {
    radius ?? (count <= 300 ? 2.4 : count <= 3000 ? 1.5 : 1.1)
  }

  /// Keeps the ink at about two thirds of the area if the points were spread evenly over it, so that dense places
  /// still differ.
  func opacity(area: Double) -> Double {
    let radius = radius(default: x.count)
    let ink = Double(max(1, x.count)) * 3.14 * radius * radius
    return opacity ?? min(0.8, max(0.1, 0.66 * area / ink))
  }
}
