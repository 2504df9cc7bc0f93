public import EBMCore

/// Falls in steps: it is multiplied by the same factor after each of some parts of training.
///
/// ```
/// f(n) = q^(number of parts p with n ≥ p N)
/// ```
public struct StepRate: RateSchedule {
  public static let name = "steps"
  public static let summary = "Falls in steps."

  /// 0.8 and 0.9, with the factor those of the joint energy model: epochs 160 and 180 of 200.
  @Setting("parts of training after which it falls", .list(of: .range(0...1))) public var after = [0.8, 0.9]
  @Setting("q, what it is multiplied with", .range(0...1)) public var factor = 0.3

  public init() {}

  public func factor(at iteration: Int, of total: Int) -> Double {
    after.filter { Double(iteration) >= $0 * Double(total) }.reduce(1) { product, _ in product * factor }
  }
}
