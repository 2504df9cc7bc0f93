/// A number that a plot accepts as data.
///
/// ## Requirements on conforming types
/// `plotValue` keeps the order of the numbers; what is not a number gives NaN and is not drawn.
public protocol Plottable {
  /// The number in double precision.
  var plotValue: Double { get }
}

extension Double: Plottable {
  /// The number itself.
  public var plotValue: Double { self }
}

extension Float: Plottable {
  /// The number in double precision.
  public var plotValue: Double { Double(self) }
}

extension Int: Plottable {
  /// The nearest number in double precision.
  public var plotValue: Double { Double(self) }
}

/// Checks that paired columns of data agree in length.
func requireEqualCounts(_ type: String, _ first: (name: String, count: Int), _ second: (name: String, count: Int)) {
  precondition(
    first.count == second.count,
    "\(type): \(second.name) has \(second.count) values, \(first.count) expected as in \(first.name)")
}
