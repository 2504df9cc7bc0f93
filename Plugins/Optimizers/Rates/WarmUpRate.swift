public import EBMCore

/// Rises linearly from 0, then follows another schedule.
///
/// ```
/// f(n) = (n + 1 + h)/u   while n + h < u,   then f′(n + h − u)
/// ```
/// n counts updates from 0, so that the first one has an effect; h is the head start. The other schedule has the updates
/// that are left. Cooperative diffusion recovery has u = 10,000 and h = 500 for the initializer, 0 for the energy.
public struct WarmUpRate: RateSchedule {
  public static let name = "warm-up"
  public static let summary = "Rises linearly from 0, then follows another schedule."

  @Setting("u, updates over which it rises", .integers(1...)) public var updates = 100
  @Setting("h, updates that it is ahead of training", .integers(0...)) public var headStart = 0
  @Part("what follows", .rate) public var then: any RateSchedule = ConstantRate()

  public init() {}

  public func factor(at iteration: Int, of total: Int) -> Double {
    let position = iteration + headStart
    if position < updates { return Double(position + 1) / Double(updates) }
    return then.factor(at: position - updates, of: total + headStart - updates)
  }
}
