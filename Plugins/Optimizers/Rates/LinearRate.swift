public import EBMCore

/// Falls along a line, from 1 at the first update to `final` at the last: f(n) = 1 + (c − 1) n/(N − 1).
public struct LinearRate: RateSchedule {
  public static let name = "linear"
  public static let summary = "Falls along a line."

  @Setting("c, where it ends", .range(0...1)) public var final = 0.0

  public init() {}

  public func factor(at iteration: Int, of total: Int) -> Double {
    1 + (final - 1) * min(1, Double(iteration) / Double(max(1, total - 1)))
  }
}
