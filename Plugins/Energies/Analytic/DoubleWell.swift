public import EBMCore
private import Foundation
public import Tensors

/// Two wells in each coordinate, at ±b, behind a barrier of height h b⁴.
///
/// ```
/// E(x) = h Σ_d (x_d² − b²)²
/// ```
/// Coordinates are independent; Z of one is ∫ exp(−h (x² − b²)²) dx, by quadrature to rounding
/// (1.4109147 for h = 2, b = 1).
public struct DoubleWell: TractableEnergy {
  public static let name = "double-well"
  public static let summary = "Two wells in each coordinate."

  @Setting("h: the barrier is h b⁴ high", .scale) public var height = 2.0
  @Setting("b: the wells are at ±b", .range(1e-3...1e3)) public var position = 1.0
  @Setting("number of coordinates", .dimension) public var dimension = 2

  public init() {}

  public var space: SampleSpace { SampleSpace(shape: [dimension]) }
  public var logNormalizer: Double? { Double(dimension) * oneCoordinate.logNormalizer }
  public var mean: [Double]? { [Double](repeating: 0, count: dimension) }
  public var variance: [Double]? { [Double](repeating: oneCoordinate.variance, count: dimension) }

  /// ln Z and the variance of one coordinate.
  private var oneCoordinate: (logNormalizer: Double, variance: Double) {
    let squared = position * position
    // E = 745 here: e⁻⁷⁴⁵ is the smallest positive number.
    let reach = (745 / height).squareRoot()
    let end = (squared + reach).squareRoot()
    func energy(_ x: Double) -> Double { height * (x * x - squared) * (x * x - squared) }
    if squared <= reach {
      let moments = LineMoments(over: -end...end, nodes: 4_000, energy: energy)
      return (moments.logNormalizer, moments.variance)
    }
    // Nothing at all between the wells: one of them, twice.
    let well = LineMoments(over: (squared - reach).squareRoot()...end, nodes: 4_000, energy: energy)
    return (well.logNormalizer + log(2), well.variance + well.mean * well.mean)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    Float(height) * (x.squared() - Float(position * position)).squared().sum(alongAxes: 1)
  }

  public func draws(_ count: Int, random: inout RandomStream) -> Tensor? {
    let (h, b) = (height, position)
    let logMass = oneCoordinate.logNormalizer
    let shape = [count * dimension]
    // Two envelopes, of which the tighter is taken. On each side of 0, (x² − b²)² ≥ b² (|x| − b)²: a normal density
    // around each well. And everywhere u² ≥ 2cu − c² at u = x² − b²: a normal density around 0, with the best c ≥ 0.
    let c = 0.5 * ((b * b * b * b + 1 / h).squareRoot() - b * b)
    let wellScale = (0.5 / (h * b * b)).squareRoot()
    let centerScale = (0.25 / (h * c)).squareRoot()
    let logWells = log(2 * wellScale * (2 * .pi).squareRoot())
    let logCenter = h * c * (2 * b * b + c) + log(centerScale * (2 * .pi).squareRoot())
    let isWells = logWells < logCenter
    let acceptance = exp(logMass - min(logWells, logCenter))
    let flat = drawsByRejection(shape[0], acceptance: acceptance, random: &random) { random in
      let normal = random.normal(shape)
      if isWells {
        let side = 2 * (random.uniform(shape) .< 0.5) - 1
        let distance = Float(wellScale) * normal
        let x = Float(b) + distance
        // h (x² − b²)² − h b² (x − b)² = h (x − b)² ((x + b)² − b²), for x ≥ 0.
        let excess = Float(h) * distance.squared() * ((x + Float(b)).squared() - Float(b * b))
        return (side * x, Tensor.select(x .< 0, Tensor(-.infinity), -excess))
      }
      let x = Float(centerScale) * normal
      return (x, -Float(h) * (x.squared() - Float(b * b + c)).squared())
    }
    return flat.reshaped([count, dimension])
  }
}
