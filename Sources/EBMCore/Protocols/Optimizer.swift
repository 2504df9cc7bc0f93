/// How parameters follow their gradient: the family `optimizer`.
///
/// A ``GradientTransform`` whose result is a step of the right size by itself: it has a learning rate. Optimizers stand
/// wherever transforms do.
public protocol Optimizer: GradientTransform {}

extension Optimizer {
  public static var family: ComponentFamily { .optimizer }
}

/// How a learning rate changes in the course of training: the family `rate`.
public protocol RateSchedule: Component {
  /// What the learning rate is multiplied with at update n = 0, 1, … of `total`; finite, and not below 0.
  func factor(at iteration: Int, of total: Int) -> Double
}

extension RateSchedule {
  public static var family: ComponentFamily { .rate }
}
