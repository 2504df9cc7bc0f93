public import EBMCore
private import Foundation

/// Falls along half a cosine, from 1 at the first update to `final` at the last.
///
/// ```
/// f(n) = c + (1 − c) (1 + cos πt)/2,   t = n/(N − 1)
/// ```
/// Source: Loshchilov & Hutter, *SGDR: stochastic gradient descent with warm restarts*, 2017, equation 5.
public struct CosineRate: RateSchedule {
  public static let name = "cosine"
  public static let summary = "Falls along half a cosine."

  @Setting("c, where it ends", .range(0...1)) public var final = 0.0

  public init() {}

  public func factor(at iteration: Int, of total: Int) -> Double {
    let progress = Double(iteration) / Double(max(1, total - 1))
    let cosine = 0.5 * (1 + cos(Double.pi * min(1, progress)))
    return final + (1 - final) * cosine
  }
}
