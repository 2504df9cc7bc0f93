/// The map from the values of one axis to points on the page.
package struct AxisProjection: Sendable {
  let scale: AxisScale
  /// Values at both ends, and the positions they land on.
  let limits: ClosedRange<Double>
  let start: Double
  let end: Double
  private let evenLower: Double
  private let evenSpan: Double

  /// - Parameters:
  ///   - limits: the values at the ends; such as cannot be shown are replaced by 0…1 (1…10 on a logarithmic axis).
  ///   - start: where the lower limit lands.
  ///   - end: where the upper limit lands.
  package init(scale: AxisScale, limits: ClosedRange<Double>, from start: Double, to end: Double) {
    let usable = scale.usable(limits) ?? (scale == .linear ? 0...1 : 1...10)
    self.scale = scale
    self.limits = usable
    self.start = start
    self.end = end
    evenLower = scale.even(usable.lowerBound) ?? 0
    evenSpan = (scale.even(usable.upperBound) ?? 1) - evenLower
  }

  /// From 0 at the lower to 1 at the upper limit; nil for values that cannot be shown.
  package func fraction(_ value: Double) -> Double? {
    scale.even(value).map { ($0 - evenLower) / evenSpan }
  }

  /// Where the value lands; nil for values that cannot be shown. Far outside the limits the position is clamped, so
  /// that no canvas meets numbers beyond its range.
  package func position(_ value: Double) -> Double? {
    fraction(value).map { start + min(1e4, max(-1e4, $0)) * (end - start) }
  }

  func contains(_ value: Double) -> Bool {
    guard let fraction = fraction(value) else { return false }
    return fraction >= -1e-9 && fraction <= 1 + 1e-9
  }
}

/// The map from data to points in the area of a plot.
package struct Projection: Sendable {
  package let x: AxisProjection
  package let y: AxisProjection
  let area: Rectangle

  package init(
    area: Rectangle, xLimits: ClosedRange<Double>, yLimits: ClosedRange<Double>, xScale: AxisScale = .linear,
    yScale: AxisScale = .linear
  ) {
    self.area = area
    x = AxisProjection(scale: xScale, limits: xLimits, from: area.x, to: area.right)
    y = AxisProjection(scale: yScale, limits: yLimits, from: area.bottom, to: area.y)
  }

  package func point(x: Double, y: Double) -> Point? {
    guard let px = self.x.position(x), let py = self.y.position(y) else { return nil }
    return Point(x: px, y: py)
  }
}
