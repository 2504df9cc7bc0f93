public import EBMCore
public import Tensors

/// Gibbs sampling of binary points or spins: coordinates are drawn from their law given all others.
///
/// A step is one sweep. Where the energy knows its conditionals in blocks, as a restricted Boltzmann machine does
/// (hidden units given visible ones, and back), that is the sweep. Otherwise coordinates are drawn one after the other,
/// ```
/// P(x_i flips) = 1/(1 + exp(E(flipped) − E(x)))
/// ```
/// for one evaluation of E each. Exact for any energy. A flip to an energy that is not finite does not happen and is
/// counted. Source: Geman & Geman, *Stochastic relaxation, Gibbs distributions, and the Bayesian restoration of images*,
/// 1984.
public struct Gibbs: Sampler {
  public static let name = "gibbs"
  public static let summary = "Gibbs sampling of binary points or spins, in blocks where the energy has them."
  public static let values = Set<SampleSpace.Values>([.binary, .spin])

  @Setting("sweeps a chain", .integers(0...)) public var steps = 10

  public init() {}

  public var needs: [Need] { [.points(Self.values)] }

  public func start(at position: Tensor, target: Target) -> PositionState { PositionState(position: position) }

  public func step(_ state: inout PositionState, target: Target, random: inout RandomStream) -> StepInfo {
    if let sweep = target.gibbsSweep {
      state.position = sweep(state.position, &random)
      return StepInfo()
    }
    let shape = state.position.shape
    let dimension = shape.dropFirst().reduce(1, *)
    let coordinates = Tensor((0..<dimension).map(Float.init), shape: Array(shape.dropFirst()))
    let zero = Tensor(0).broadcast(to: [shape[0]])
    let initial = [state.position, target.energy(state.position), zero]
    var scan = random.branch("scan")
    let final = Tensor.iterate(dimension, from: initial, random: &scan) { tensors, coordinate, random in
      let (x, energy) = (tensors[0], tensors[1])
      let flipped = Tensor.select(coordinates .== coordinate, target.flipped(x, by: Self.name), x)
      let newEnergy = target.energy(flipped)
      // ln P: a Metropolis test with this ratio flips with probability P.
      let test = MetropolisTest(logRatio: -(newEnergy - energy).softplus(), finite: newEnergy, random: &random)
      return [
        test.choose(flipped, over: x), test.choose(newEnergy, over: energy), tensors[2] + (test.info.nonFinite ?? zero),
      ]
    }
    state.position = final[0]
    return StepInfo(nonFinite: final[2], evaluations: zero + Float(dimension + 1))
  }

  public func position(of state: PositionState) -> Tensor { state.position }
}
