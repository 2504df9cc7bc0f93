import EBMCore
import Networks
import Tensors

/// A perceptron, or one with a fault.
struct FaultyNetwork: Energy {
  enum Fault: String, Codable, Sendable, CaseIterable {
    case none, mixesBatch, forgetsAFactor, isNotANumber, isInfiniteAtZero, summedUp
  }

  static let name = "faulty-network"
  static let summary = "A perceptron with a fault."
  @Setting("what is wrong") var fault = Fault.none

  init() {}

  func function(over space: SampleSpace, in scope: ParameterScope) -> any EnergyFunction {
    Function(
      fault: fault, first: Linear(space.dimension, 16, in: scope["first"]), last: Linear(16, 1, in: scope["last"]))
  }

  private struct Function: EnergyFunction {
    let fault: Fault
    let first, last: Linear

    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      let flat = x.reshaped([x.shape[0], -1])
      let square = flat.squared().sum(alongAxes: 1)
      let energy = last(first(flat, &context).tanh(), &context).reshaped([x.shape[0]]) + 0.5 * square
      switch fault {
      case .none: return energy
      case .mixesBatch: return energy + 0.01 * flat.mean()
      // A closed form of the gradient was meant; one factor is held back from it.
      case .forgetsAFactor: return energy + square.stoppingGradient() * flat.sum(alongAxes: 1)
      case .isNotANumber: return energy + (square - 400).log() * 0
      // √ has no derivative at 0.
      case .isInfiniteAtZero: return energy + square.squareRoot()
      case .summedUp: return energy.sum().reshaped([1])
      }
    }
  }
}

/// N((1, −1), diag(1, 4)), or one that declares something wrong.
struct FaultyGaussian: TractableEnergy {
  enum Fault: String, Codable, Sendable, CaseIterable {
    case none, normalizer, mean, variance, draws
  }

  static let name = "faulty-gaussian"
  static let summary = "A normal distribution that may declare something wrong."
  @Setting("what is wrong") var fault = Fault.none

  init() {}

  var space: SampleSpace { SampleSpace(shape: [2]) }
  var logNormalizer: Double? { fault == .normalizer ? 2.4 : 1.8378771 + 0.6931472 }
  var mean: [Double]? { fault == .mean ? [1, -1.1] : [1, -1] }
  var variance: [Double]? { fault == .variance ? [1, 2] : [1, 4] }

  func callAsFunction(_ x: Tensor) -> Tensor {
    0.5 * ((x - Tensor([1, -1])) * Tensor([1, 0.5])).squared().sum(alongAxes: 1)
  }

  func draws(_ count: Int, random: inout RandomStream) -> Tensor? {
    let spread: Float = fault == .draws ? 2.1 : 2
    return Tensor([1, -1]) + random.normal([count, 2]) * Tensor([1, spread])
  }
}

/// Four spins in a row, with the right ln Z or without its fields.
struct FaultySpins: TractableEnergy {
  static let name = "faulty-spins"
  static let summary = "Independent spins in a field."
  @Setting("whether ln Z is of spins without a field") var isWrong = false

  init() {}

  var space: SampleSpace { SampleSpace(shape: [4], values: .spin) }
  /// Z = (2 cosh ½)⁴.
  var logNormalizer: Double? { 4 * (isWrong ? 0.6931472 : 0.8132617) }
  /// tanh ½.
  var mean: [Double]? { [Double](repeating: 0.4621172, count: 4) }
  var variance: [Double]? { nil }
  func callAsFunction(_ x: Tensor) -> Tensor { -0.5 * x.sum(alongAxes: 1) }
  func draws(_ count: Int, random: inout RandomStream) -> Tensor? {
    2 * (random.uniform([count, 4]) .< 0.7310586) - 1
  }
}
