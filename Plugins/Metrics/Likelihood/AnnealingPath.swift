internal import EBMCore
private import Foundation
internal import Tensors

/// The densities between a base and a target, in units in which the base is N(0, I) or uniform on (0, 1).
struct AnnealingPath: Sendable {
  private let base: AnnealedImportanceSampling.Base
  private let energy: @Sendable (Tensor) -> Tensor
  private let shape: [Int]

  init(base: AnnealedImportanceSampling.Base, target: Target, shape: [Int]) {
    self.base = base
    self.shape = shape
    energy = target.energy
  }

  private var dimension: Float { Float(shape.reduce(1, *)) }

  /// Points from units of the base.
  func points(_ units: Tensor) -> Tensor {
    switch base {
    case .gaussian(let mean, let deviation): mean + deviation * units
    case .uniform(let lower, let upper): lower + (upper - lower) * units
    }
  }

  /// Units of the base from points.
  func units(_ points: Tensor) -> Tensor {
    switch base {
    case .gaussian(let mean, let deviation): (points - mean) / deviation
    case .uniform(let lower, let upper): (points - lower) / (upper - lower)
    }
  }

  /// ln of the volume of a unit cube of the base's units: what ln Z gains from the change of variables.
  var logVolume: Float {
    switch base {
    case .gaussian(_, let deviation):
      deviation.broadcast(to: shape).scalars.reduce(0) { $0 + Float(log(Double($1))) }
    case .uniform(let lower, let upper): dimension * Float(log(Double(upper - lower)))
    }
  }

  /// Draws of the base, in its units.
  func start(_ chains: Int, random: inout RandomStream) -> Tensor {
    switch base {
    case .gaussian: random.normal([chains] + shape)
    case .uniform: random.uniform([chains] + shape)
    }
  }

  /// E₀ = −ln p₀ in the base's units.
  private func baseEnergy(_ units: Tensor) -> Tensor {
    switch base {
    case .gaussian:
      return 0.5 * units.squared().sum(alongAxes: Array(1..<units.rank)) + 0.5 * dimension * log(2 * Float.pi)
    case .uniform: return Tensor(0).broadcast(to: [units.shape[0]])
    }
  }

  /// E₀ − E.
  func difference(_ units: Tensor) -> Tensor { baseEnergy(units) - energy(points(units)) }

  /// The density at inverse temperature β; nothing lies outside a uniform base.
  func target(at beta: Tensor) -> Target {
    Target { units in
      let mixed = (1 - beta) * baseEnergy(units) + beta * energy(points(units))
      guard case .uniform = base else { return mixed }
      let axes = Array(1..<units.rank)
      let outside = ((units - 0.5).absolute() .> 0.5).sum(alongAxes: axes)
      // Finite, so that its product with 0 is 0, and larger than any energy difference that is ever accepted.
      return Tensor.select(outside .> 0, Tensor(1e30), mixed)
    }
  }
}
