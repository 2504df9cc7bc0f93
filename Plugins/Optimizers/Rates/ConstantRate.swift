public import EBMCore

/// A rate that stays as it is.
public struct ConstantRate: RateSchedule {
  public static let name = "constant"
  public static let summary = "Stays as it is."

  public init() {}

  public func factor(at iteration: Int, of total: Int) -> Double { 1 }
}
