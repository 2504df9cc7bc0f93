public import EBMCore
private import Foundation
public import Tensors

/// Ackley's function as an energy: a narrow funnel in a rippled plain.
///
/// ```
/// E(x) = a (1 − exp(−b √(mean x²))) + e − exp(mean cos(c x))
/// ```
/// E is 0 at the origin and at most a + e − 1/e anywhere, so exp(−E) has no finite integral: there is no normaliser
/// and no draws. In a `boxed` energy it is a distribution. ∇E at the origin, where E has a cusp, is taken as 0.
/// Source: Ackley, *A connectionist machine for genetic hillclimbing*, 1987, with a = 20, b = 0.2, c = 2π.
public struct Ackley: TractableEnergy {
  public static let name = "ackley"
  public static let summary = "A narrow funnel in a rippled plain; bounded, so not normalised outside a box."

  @Setting("a, the funnel's depth", .scale) public var depth = 20.0
  @Setting("b, how steep the funnel is", .scale) public var slope = 0.2
  @Setting("c, of the ripple, in radians for a unit of length", .range(0...1e3)) public var frequency = 2 * Double.pi
  @Setting("number of coordinates", .dimension) public var dimension = 2

  public init() {}

  public var space: SampleSpace { SampleSpace(shape: [dimension]) }
  /// Nil: exp(−E) has no finite integral.
  public var logNormalizer: Double? { nil }
  /// Nil: exp(−E) has no finite integral.
  public var mean: [Double]? { nil }
  /// Nil: exp(−E) has no finite integral.
  public var variance: [Double]? { nil }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let radius = x.squared().mean(alongAxes: 1).safeSquareRoot()
    let funnel = -Float(depth) * (Float(-slope) * radius).expMinusOne()
    return funnel + Float(M_E) - (Float(frequency) * x).cos().mean(alongAxes: 1).exp()
  }

  /// Nil: exp(−E) has no finite integral.
  public func draws(_ count: Int, random: inout RandomStream) -> Tensor? { nil }
}
