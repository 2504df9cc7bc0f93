public import EBMCore
private import Foundation
public import Tensors

/// Rosenbrock's valley as an energy: a thin curved ridge in each pair of coordinates.
///
/// ```
/// E(x) = Σ_pairs ((a − u)² + b (v − u²)²) / T
/// ```
/// u ~ N(a, T/2) and, given it, v ~ N(u², T/(2b)): each pair has Z = π T/√b, and Var v = 4a²s² + 2s⁴ + T/(2b) with
/// s² = T/2. Sources: Goodman & Weare, *Ensemble samplers with affine invariance*, 2010, for a = 1, b = 100, T = 20;
/// Pagani et al., *An n-dimensional Rosenbrock distribution for Markov chain Monte Carlo testing*, 2022, for pairs.
public struct Rosenbrock: TractableEnergy {
  public static let name = "rosenbrock"
  public static let summary = "Rosenbrock's valley in each pair of coordinates."

  @Setting("where the valley's floor is lowest, u = a", .range(-1e3...1e3)) public var a = 1.0
  @Setting("how steep the valley's sides are", .scale) public var b = 100.0
  @Setting("T", .scale) public var temperature = 20.0
  @Setting("number of coordinates, even", .integers(2...1_000_000)) public var dimension = 2

  public init() {}

  public func conflicts() -> [String] {
    dimension % 2 == 0 ? [] : ["dimension \(dimension) is odd: coordinates come in pairs"]
  }

  public var space: SampleSpace { SampleSpace(shape: [dimension]) }
  public var logNormalizer: Double? { Double(dimension / 2) * log(.pi * temperature / b.squareRoot()) }
  public var mean: [Double]? { pairs(a, a * a + temperature / 2) }
  public var variance: [Double]? {
    let square = temperature / 2
    return pairs(square, 4 * a * a * square + 2 * square * square + temperature / (2 * b))
  }

  private func pairs(_ first: Double, _ second: Double) -> [Double] {
    (0..<dimension).map { $0 % 2 == 0 ? first : second }
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let pairs = x.reshaped([x.shape[0], dimension / 2, 2])
    let u = pairs.sliced(alongAxis: 2, 0..<1)
    let v = pairs.sliced(alongAxis: 2, 1..<2)
    let energy = (Float(a) - u).squared() + Float(b) * (v - u.squared()).squared()
    return energy.sum(alongAxes: 1, 2) / Float(temperature)
  }

  public func draws(_ count: Int, random: inout RandomStream) -> Tensor? {
    let normal = random.normal([count, dimension / 2, 2])
    let u = Float(a) + Float((temperature / 2).squareRoot()) * normal.sliced(alongAxis: 2, 0..<1)
    let v = u.squared() + Float((temperature / (2 * b)).squareRoot()) * normal.sliced(alongAxis: 2, 1..<2)
    return Tensor.concatenated([u, v], alongAxis: 2).reshaped([count, dimension])
  }
}
