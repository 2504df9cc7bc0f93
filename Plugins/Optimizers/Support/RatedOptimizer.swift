public import EBMCore

/// An optimizer with one learning rate, which may follow a schedule.
public protocol RatedOptimizer: Optimizer {
  /// η, where its schedule gives 1.
  var learningRate: Double { get }
  /// What η is multiplied with at each update.
  var rate: any RateSchedule { get }
}

extension RatedOptimizer {
  /// η of each update: the first rate of the optimizer's rule.
  public var scheduledRate: ScheduledRate {
    let (learningRate, rate) = (learningRate, rate)
    return { learningRate * rate.factor(at: $0, of: $1) }
  }
}
