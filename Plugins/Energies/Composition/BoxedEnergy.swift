public import EBMCore
public import Networks
internal import Tensors

/// An energy inside a box with steep walls.
///
/// ```
/// E(x) = E₁(c) + (k/2) ‖x − c‖²,   c = x moved into the box, coordinate by coordinate
/// ```
/// A parabola, not an infinite wall: E and ∇E are finite everywhere, so chains that step out are driven back instead of
/// being stuck, and unadjusted Langevin with noise b is stable while b² < 4/k. E₁ is asked inside the box only, so
/// one that is unbounded below or overflows outside does no harm. Beyond a face the density falls off as a normal one
/// of deviation 1/√k.
/// The inner energy's parameters keep their names, so that weights trained without the box load.
public struct BoxedEnergy: Energy {
  public static let name = "boxed"
  public static let summary = "An energy inside a box with steep walls."

  /// Ackley's, which needs a box.
  @Part("the energy inside", .energy) public var energy: any Energy = Ackley()
  @Setting("lower ends, one for all coordinates or one for each", .list(of: .coordinate, count: 1...))
  public var lower = [-4.0]
  @Setting("upper ends, one for all coordinates or one for each", .list(of: .coordinate, count: 1...))
  public var upper = [4.0]
  /// 10⁴: beyond a face the density falls off within 0.01.
  @Setting("k, of the walls", .range(1e-6...1e12)) public var stiffness = 1e4

  public init() {}

  public var offers: Set<Capability> { energy.offers.subtracting([.classScores]) }

  public func misfits(in surroundings: Surroundings) -> [ConfigurationProblem] {
    let (count, dimension) = (max(lower.count, upper.count), surroundings.space.dimension)
    if count == 1 || count == dimension { return [] }
    return [
      ConfigurationProblem(
        path: lower.count == count ? "lower" : "upper", found: "a box of \(count) coordinates",
        expected: "1 or \(dimension) for these points")
    ]
  }

  public func conflicts() -> [String] {
    let count = max(lower.count, upper.count)
    if lower.count != count && lower.count != 1 || upper.count != count && upper.count != 1 {
      return ["\(lower.count) lower ends, but \(upper.count) upper ends"]
    }
    return (0..<count).filter { end(lower, $0) >= end(upper, $0) }.map {
      "coordinate \($0): the lower end \(end(lower, $0)) is not below the upper end \(end(upper, $0))"
    }
  }

  private func end(_ ends: [Double], _ coordinate: Int) -> Double { ends.count == 1 ? ends[0] : ends[coordinate] }

  public func function(
    over space: SampleSpace, in scope: ParameterScope
  ) throws(ConfigurationError) -> any EnergyFunction {
    func ends(_ ends: [Double]) -> Tensor {
      Tensor((0..<space.dimension).map { Float(end(ends, $0)) }, shape: space.shape)
    }
    return Function(
      inner: try energy.function(over: space, in: scope), lower: ends(lower), upper: ends(upper),
      stiffness: Float(stiffness))
  }

  private struct Function: EnergyFunction {
    let inner: any EnergyFunction
    let lower: Tensor
    let upper: Tensor
    let stiffness: Float

    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      let inside = Tensor.minimum(Tensor.maximum(x, lower), upper)
      let wall = (x - inside).squared().sum(alongAxes: Array(1..<x.rank))
      return inner(inside, condition, &context) + 0.5 * stiffness * wall
    }
  }
}
