/// The area between two lines, such as a mean plus and minus its standard error. It is interrupted where one of its
/// values cannot be shown.
public struct Band: Sendable {
  /// Positions on the x axis.
  public var x: [Double]
  /// Lower ends on the y axis, as many as positions.
  public var lower: [Double]
  /// Upper ends on the y axis, as many as positions.
  public var upper: [Double]
  /// The text in the legend; nil (the default) keeps the band out of it.
  public var label: String?
  /// The colour; nil (the default) takes the next of `Color.palette`. Give it the colour of its line.
  public var color: Color?
  /// From 0 to 1; 0.18 by default, so that a line on it stands out.
  public var opacity: Double

  /// A band.
  ///
  /// - Precondition: `x`, `lower` and `upper` have the same count.
  public init(
    x: [some Plottable], lower: [some Plottable], upper: [some Plottable], label: String? = nil, color: Color? = nil,
    opacity: Double = 0.18
  ) {
    requireEqualCounts("Band", ("x", x.count), ("lower", lower.count))
    requireEqualCounts("Band", ("x", x.count), ("upper", upper.count))
    self.x = x.map(\.plotValue)
    self.lower = lower.map(\.plotValue)
    self.upper = upper.map(\.plotValue)
    self.label = label
    self.color = color
    self.opacity = opacity
  }
}

/// A straight dashed line across the plot that marks one value, such as a theoretical optimum.
public struct Rule: Sendable {
  /// Where the line stands.
  public enum Position: Sendable {
    /// Upright at a value of the x axis.
    case x(Double)
    /// Level at a value of the y axis.
    case y(Double)
  }

  /// Where the line stands.
  public var position: Position
  /// The text in the legend; nil (the default) keeps the line out of it.
  public var label: String?
  /// The colour; nil (the default) is a dark grey.
  public var color: Color?

  /// A reference line.
  public init(_ position: Position, label: String? = nil, color: Color? = nil) {
    self.position = position
    self.label = label
    self.color = color
  }
}
