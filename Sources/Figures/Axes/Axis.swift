/// One axis of a plot.
public struct Axis: Sendable {
  /// The quantity with its unit; none by default.
  public var label: String?
  /// The values at both ends; nil (the default) takes them from the data with a little room.
  ///
  /// Limits that cannot be shown (infinite, or not positive on a logarithmic axis) are replaced by those of the data.
  public var limits: ClosedRange<Double>?
  /// The spread of the values; linear by default.
  public var scale: AxisScale
  /// Marked positions; nil (the default) chooses round numbers.
  public var ticks: [Tick]?

  /// An axis; every part may be left out.
  public init(
    _ label: String? = nil, limits: ClosedRange<Double>? = nil, scale: AxisScale = .linear, ticks: [Tick]? = nil
  ) {
    self.label = label
    self.limits = limits
    self.scale = scale
    self.ticks = ticks
  }
}

/// A marked position of an axis.
public struct Tick: Equatable, Sendable {
  /// The position in the axis's own unit.
  public var value: Double
  /// The text beside it.
  public var label: String

  /// A mark with its text.
  public init(_ value: Double, _ label: String) {
    self.value = value
    self.label = label
  }

  /// Names at 0, 1, 2, …, the positions of `Bars(values:)`.
  public static func names(_ names: [String]) -> [Tick] {
    names.enumerated().map { Tick(Double($0.offset), $0.element) }
  }
}
