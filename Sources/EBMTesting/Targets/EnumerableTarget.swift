internal import EBMCore
internal import Tensors
private import Foundation

/// E(x) = −½ xᵀJx − hᵀx over four coordinates of two values each: sixteen points, all probabilities known.
struct EnumerableTarget: Sendable {
  static let dimension = 4
  private static let couplings: [[Float]] = [
    [0, 0.6, -0.4, 0.2], [0.6, 0, 0.5, -0.3], [-0.4, 0.5, 0, 0.7], [0.2, -0.3, 0.7, 0],
  ]
  private static let fields: [Float] = [0.3, -0.2, 0.1, -0.4]

  let values: SampleSpace.Values
  /// Probability of each of the sixteen points.
  let probabilities: [Double]
  var name: String { "\(values.rawValue) pairs" }

  init(_ values: SampleSpace.Values) {
    self.values = values
    let weights = (0..<16).map { exp(-EnumerableTarget.energy(EnumerableTarget.point($0, values))) }
    let total = weights.reduce(0, +)
    probabilities = weights.map { $0 / total }
  }

  private static func point(_ state: Int, _ values: SampleSpace.Values) -> [Float] {
    (0..<dimension).map { (state >> $0) & 1 == 1 ? 1 : values == .spin ? -1 : 0 }
  }

  private static func energy(_ x: [Float]) -> Double {
    var energy = 0.0
    for row in 0..<dimension {
      energy -= Double(fields[row] * x[row])
      for column in 0..<dimension { energy -= 0.5 * Double(couplings[row][column] * x[row] * x[column]) }
    }
    return energy
  }

  /// Exact independent draws, row-major `[count, 4]`.
  func draws(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).flatMap { _ in
      var (rest, state) = (generator.uniform(), 0)
      while state < 15, rest > probabilities[state] {
        rest -= probabilities[state]
        state += 1
      }
      return EnumerableTarget.point(state, values)
    }
  }

  /// The same point for all chains.
  func corner(_ count: Int) -> [Float] { (0..<count).flatMap { _ in EnumerableTarget.point(5, values) } }

  /// Which of the sixteen points each row is; −1 for what is none of them.
  func states(of points: [Float]) -> [Int] {
    stride(from: 0, to: points.count, by: EnumerableTarget.dimension).map { row in
      var state = 0
      for axis in 0..<EnumerableTarget.dimension {
        let value = points[row + axis]
        if value == 1 { state |= 1 << axis } else if value != (values == .spin ? -1 : 0) { return -1 }
      }
      return state
    }
  }

  /// Whether a row is at each point, one feature a point.
  func features(of states: [Int]) -> [Feature] {
    (0..<16).map { state in
      Feature(
        name: "share of point \(state)", expected: probabilities[state], values: states.map { $0 == state ? 1 : 0 })
    }
  }

  /// The target as samplers see it, with an exact sweep for those that want one.
  func target(scale: Tensor) -> Target {
    let low: Float = values == .spin ? -1 : 0
    let (couplings, fields) = (Tensor(rows: EnumerableTarget.couplings), Tensor(EnumerableTarget.fields))
    let masks = (0..<EnumerableTarget.dimension).map { axis in
      Tensor((0..<EnumerableTarget.dimension).map { $0 == axis ? 1 : 0 })
    }
    return Target(
      scale: scale, values: values,
      gibbsSweep: { x, random in
        var x = x
        for mask in masks {
          let field = ((x.matmul(couplings) + fields) * mask).sum(alongAxes: 1)
          let isHigh = random.uniform([x.shape[0]]) .< (field * (1 - low)).sigmoid()
          let value = low + (1 - low) * isHigh
          x = x * (1 - mask) + value.reshaped([x.shape[0], 1]) * mask
        }
        return x
      },
      energy: { x in -(0.5 * (x.matmul(couplings) * x) + fields * x).sum(alongAxes: 1) })
  }
}
