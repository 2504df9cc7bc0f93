import EBMCore
import Networks
import Tensors

// Components that are right with their defaults, and wrong behind a setting.

/// Random-walk Metropolis whose test is wrong with a flag, an option or a mass.
struct BranchingWalker: Sampler {
  enum Proposal: String, Codable, Sendable, CaseIterable { case symmetric, drifting }

  static let name = "branching-walker"
  static let summary = "Random-walk Metropolis that is wrong behind settings."
  @Setting("whether half of the energy's rise is forgiven: too wide") var isLenient = false
  @Setting("symmetric, or one that drifts: shifted") var proposal = Proposal.symmetric
  @Setting("variances of proposals; with any, every proposal is accepted", .list(of: .above(0)))
  var inverseMass: [Float] = []
  @Setting("how much of the other rows' noise is added", .atLeast(0)) var coupling: Float = 0
  @Setting("width of proposals, right for any", .positive) var width: Float = 1

  var steps: Int { 20 }
  func start(at position: Tensor, target: Target) -> Place { Place(position) }
  func position(of state: Place) -> Tensor { state.position }
  func misfits(in surroundings: Surroundings) -> [ConfigurationProblem] {
    [0, surroundings.space.dimension].contains(inverseMass.count)
      ? [] : [ConfigurationProblem(path: "inverseMass", what: "of other points")]
  }

  func step(_ state: inout Place, target: Target, random: inout RandomStream) -> StepInfo {
    let x = state.position
    let b = width * target.scale(for: x)
    var noise = random.normal(x.shape)
    if coupling > 0 { noise = noise + coupling * noise.mean(alongAxes: 0) }
    if !inverseMass.isEmpty { noise = noise * Tensor(inverseMass).squareRoot() }
    if proposal == .drifting { noise = noise + 0.3 }
    let next = x + b * noise
    let rise = target.energy(next) - target.energy(x)
    let isFinite = rise.absolute() .< Float.infinity
    let threshold = -random.uniform([x.shape[0]]).log()
    let accepts = isFinite * ((isLenient ? 0.5 * rise : inverseMass.isEmpty ? rise : 0 * rise) .< threshold)
    let column = [x.shape[0]] + x.shape.dropFirst().map { _ in 1 }
    state.position = Tensor.select(accepts.reshaped(column), next, x)
    return StepInfo(acceptance: accepts, nonFinite: 1 - isFinite)
  }
}

/// A perceptron whose gradient is wrong with one of its options.
struct BranchingNetwork: Energy {
  enum Penalty: String, Codable, Sendable, CaseIterable { case whole, halved, reversed }

  static let name = "branching-network"
  static let summary = "A perceptron with a wrong gradient behind an option."
  @Setting("how the square is added") var penalty = Penalty.whole

  func function(over space: SampleSpace, in scope: ParameterScope) -> any EnergyFunction {
    Function(penalty: penalty, layer: Linear(space.dimension, 4, in: scope["layer"]))
  }

  private struct Function: EnergyFunction {
    let penalty: Penalty
    let layer: Linear

    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      let flat = x.reshaped([x.shape[0], -1])
      let energy = 0.5 * flat.squared().sum(alongAxes: 1) + layer(flat, &context).tanh().sum(alongAxes: 1)
      let held = energy.stoppingGradient()
      return switch penalty {
      case .whole: energy
      // Same values, a gradient of half the length, or of the other sign.
      case .halved: 0.5 * (energy + held)
      case .reversed: 2 * held - energy
      }
    }
  }
}

/// N(0, T) whose ln Z forgets T.
struct BranchingGaussian: TractableEnergy {
  static let name = "branching-gaussian"
  static let summary = "A normal distribution with a wrong ln Z at temperatures other than 1."
  @Setting("T", .positive) var temperature: Float = 1

  var space: SampleSpace { SampleSpace(shape: [1]) }
  var logNormalizer: Double? { 0.9189385 }
  var mean: [Double]? { [0] }
  var variance: [Double]? { [Double(temperature)] }
  func callAsFunction(_ x: Tensor) -> Tensor { 0.5 / temperature * x.squared().sum(alongAxes: 1) }
  func draws(_ count: Int, random: inout RandomStream) -> Tensor? {
    temperature.squareRoot() * random.normal([count, 1])
  }
}
