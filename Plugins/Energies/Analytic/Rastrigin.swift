public import EBMCore
private import Foundation
public import Tensors

/// Rastrigin's function as an energy: a parabola with a ripple of period 1 in each coordinate.
///
/// ```
/// E(x) = Σ_d (x_d² + A (1 − cos 2πx_d))
/// ```
/// Coordinates are independent; Z of one is by quadrature to rounding. Source: Rastrigin's function in the form of
/// Mühlenbein, Schomisch & Born, *The parallel genetic algorithm as function optimizer*, 1991, with A = 10.
public struct Rastrigin: TractableEnergy {
  public static let name = "rastrigin"
  public static let summary = "A parabola with a ripple in each coordinate."

  @Setting("A: barriers are 2 A high", .range(0...1e4)) public var amplitude = 10.0
  @Setting("number of coordinates", .dimension) public var dimension = 2

  public init() {}

  public var space: SampleSpace { SampleSpace(shape: [dimension]) }
  public var logNormalizer: Double? { Double(dimension) * oneCoordinate.logNormalizer }
  public var mean: [Double]? { [Double](repeating: 0, count: dimension) }
  public var variance: [Double]? { [Double](repeating: oneCoordinate.variance, count: dimension) }

  private var oneCoordinate: LineMoments {
    // Peaks are at least 1/√(4π² A + 2) wide; beyond 9, e^{−x²} is below 10⁻³⁵.
    let width = 1 / (4 * Double.pi * Double.pi * amplitude + 2).squareRoot()
    return LineMoments(over: -9...9, nodes: Int(18 * 12 / width)) { x in
      x * x + amplitude * (1 - cos(2 * .pi * x))
    }
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    // The ripple has period 1, and cosines of small angles are the exact ones.
    let phase = x - (x + 0.5).floor()
    let ripple = 1 - (phase * Float(2 * Double.pi)).cos()
    return (x.squared() + Float(amplitude) * ripple).sum(alongAxes: 1)
  }

  public func draws(_ count: Int, random: inout RandomStream) -> Tensor? {
    let shape = [count * dimension]
    let acceptance = exp(oneCoordinate.logNormalizer) / Double.pi.squareRoot()
    let flat = drawsByRejection(shape[0], acceptance: acceptance, random: &random) { random in
      let x = random.normal(shape) * Float(0.5.squareRoot())
      return (x, -Float(amplitude) * (1 - (x * Float(2 * Double.pi)).cos()))
    }
    return flat.reshaped([count, dimension])
  }
}
