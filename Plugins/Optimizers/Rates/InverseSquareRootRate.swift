public import EBMCore

/// Falls with the root of the number of updates: f(n) = √(s/(s + n)).
///
/// Behind a warm-up of s updates it is that of Vaswani et al., *Attention is all you need*, 2017, equation 3, up to its
/// constant.
public struct InverseSquareRootRate: RateSchedule {
  public static let name = "inverse-square-root"
  public static let summary = "Falls with the root of the number of updates."

  @Setting("s, updates until it has fallen to 1/√2", .integers(1...)) public var updates = 1_000

  public init() {}

  public func factor(at iteration: Int, of total: Int) -> Double {
    (Double(updates) / (Double(updates) + Double(max(0, iteration)))).squareRoot()
  }
}
