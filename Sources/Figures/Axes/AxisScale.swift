/// How the values of an axis or of a colour scale are spread.
public enum AxisScale: Sendable {
  /// Equal steps for equal differences.
  case linear
  /// Equal steps for equal ratios; values that are not positive cannot be shown.
  case logarithmic

  /// The value where distances are even, or nil when it cannot be shown.
  package func even(_ value: Double) -> Double? {
    guard value.isDrawable else { return nil }
    switch self {
    case .linear: return value
    case .logarithmic: return value > 0 ? Mathematics.logarithm10(value) : nil
    }
  }

  /// The inverse of `even`.
  func value(even: Double) -> Double {
    switch self {
    case .linear: return even
    case .logarithmic: return Mathematics.power10(even)
    }
  }

  /// The smallest range around the values that can be shown; nil without any.
  func range(of values: some Sequence<Double>) -> ClosedRange<Double>? {
    var (lower, upper) = (Double.infinity, -Double.infinity)
    for value in values where value.isDrawable && (self == .linear || value > 0) {
      lower = min(lower, value)
      upper = max(upper, value)
    }
    return lower <= upper ? lower...upper : nil
  }

  /// Limits that an axis can be drawn with: nil when they cannot be shown, widened when they are too close together to
  /// tell their numbers apart.
  func usable(_ limits: ClosedRange<Double>) -> ClosedRange<Double>? {
    guard let low = even(limits.lowerBound), let high = even(limits.upperBound) else { return nil }
    // Below 1e-9 of the magnitude neighbouring tick labels would agree in all the digits shown.
    let least = max(max(abs(low), abs(high)) * 1e-9, 1e-290)
    if high - low >= least { return limits }
    let middle = (low + high) / 2
    let half = abs(middle) < 1e-280 || self == .logarithmic ? 0.5 : abs(middle) * 0.05
    return value(even: middle - half)...value(even: middle + half)
  }

  /// Limits with room on both sides, as a part of their span.
  func padded(_ limits: ClosedRange<Double>, below: Double, above: Double) -> ClosedRange<Double> {
    guard let usable = usable(limits), let low = even(usable.lowerBound), let high = even(usable.upperBound) else {
      return limits
    }
    let (lower, upper) = (value(even: low - below * (high - low)), value(even: high + above * (high - low)))
    return lower.isDrawable && upper.isDrawable && lower < upper ? lower...upper : limits
  }
}
