import EBMCore
import Tensors

/// Chains that are only where they are.
struct Place: TensorGroup {
  var position: Tensor
  init(_ position: Tensor) { self.position = position }
}

/// Metropolis-adjusted and unadjusted Langevin dynamics with one thing wrong at a time: a correct one when nothing is.
struct Walker: Sampler {
  enum Fault: String, Codable, Sendable, CaseIterable {
    case none, unadjusted, noiseTooLarge, uphill, missingTest, missingProposalRatio, wrongProposalRatio
    case ignoresSeed, mixesBatch, acceptsNonFinite, hidesNonFinite, neverMoves, claimsExactness
  }

  static let name = "walker"
  static let summary = "Langevin dynamics with a fault."
  @Setting("what is wrong") var fault = Fault.none

  init() {}

  var steps: Int { 15 }
  private var isAdjusted: Bool { ![.unadjusted, .noiseTooLarge, .uphill].contains(fault) }
  var isExact: Bool { isAdjusted }

  func start(at position: Tensor, target: Target) -> Place { Place(position) }
  func position(of state: Place) -> Tensor { state.position }

  func step(_ state: inout Place, target: Target, random: inout RandomStream) -> StepInfo {
    let x = state.position
    let column = [x.shape[0]] + x.shape.dropFirst().map { _ in 1 }
    let features = Array(1..<x.rank)
    let b = target.scale(for: x)
    let (energy, gradient) = target.energyWithGradient(x)
    var noise = random.normal(x.shape)
    if fault == .ignoresSeed { noise = Tensor((0..<x.elementCount).map { Float($0 % 7) / 3 - 1 }, shape: x.shape) }
    if fault == .mixesBatch { noise = noise + x.mean(alongAxes: 0) }
    let sign: Float = fault == .uphill ? -1 : 1
    let spread = fault == .noiseTooLarge ? Float(2).squareRoot() : 1
    let proposal = x - sign * 0.5 * b.squared() * gradient + spread * b * noise
    guard isAdjusted else {
      state.position = proposal
      return StepInfo()
    }
    let (newEnergy, newGradient) = target.energyWithGradient(proposal)
    let back = (x - proposal + 0.5 * b.squared() * newGradient) / b
    var ratio = energy - newEnergy
    switch fault {
    case .missingProposalRatio: break
    case .wrongProposalRatio: ratio = ratio + 0.5 * (back.squared() - noise.squared()).sum(alongAxes: features)
    default: ratio = ratio + 0.5 * (noise.squared() - back.squared()).sum(alongAxes: features)
    }
    let isFinite = newEnergy.absolute() .< Float.infinity
    let threshold = fault == .ignoresSeed ? Tensor(-0.7) : random.uniform([x.shape[0]]).log()
    var accepts = (threshold .< ratio) * isFinite
    switch fault {
    case .missingTest: accepts = isFinite
    case .acceptsNonFinite: accepts = 1 - isFinite * (1 - accepts)
    case .neverMoves: accepts = 0 * accepts
    default: break
    }
    state.position = Tensor.select(accepts.reshaped(column), proposal, x)
    return StepInfo(acceptance: accepts, nonFinite: fault == .hidesNonFinite ? nil : 1 - isFinite)
  }
}

/// Generalised Hamiltonian Monte Carlo: one leapfrog step, most of the momentum kept. A rejection has to turn it round.
struct Glider: Sampler {
  static let name = "glider"
  static let summary = "Hamiltonian Monte Carlo that keeps most of its momentum."
  @Setting("whether a rejection turns the momentum round") var turnsRound = true

  init() {}

  struct State: TensorGroup { var parts: [Tensor] }

  var steps: Int { 20 }

  func start(at position: Tensor, target: Target) -> State {
    let zero = Tensor(0).broadcast(to: [position.shape[0]])
    return State(parts: [position, 0 * position, zero])
  }

  func step(_ state: inout State, target: Target, random: inout RandomStream) -> StepInfo {
    let (x, kept, age) = (state.parts[0], state.parts[1], state.parts[2])
    let column = [x.shape[0]] + x.shape.dropFirst().map { _ in 1 }
    let features = Array(1..<x.rank)
    let h = target.scale(for: x)
    let noise = random.normal(x.shape)
    let momentum = Tensor.select(age.reshaped(column), 0.9 * kept + Float(0.19).squareRoot() * noise, noise)
    let (energy, gradient) = target.energyWithGradient(x)
    let half = momentum - 0.5 * h * gradient
    let proposal = x + h * half
    let (newEnergy, newGradient) = target.energyWithGradient(proposal)
    let end = half - 0.5 * h * newGradient
    let change =
      newEnergy - energy + 0.5 * (end.squared() - momentum.squared()).sum(alongAxes: features)
    let isFinite = newEnergy.absolute() .< Float.infinity
    let accepts = isFinite * (random.uniform([x.shape[0]]).log() .< -change)
    let rows = accepts.reshaped(column)
    state.parts = [
      Tensor.select(rows, proposal, x), Tensor.select(rows, end, turnsRound ? -momentum : momentum), 0 * age + 1,
    ]
    return StepInfo(acceptance: accepts, nonFinite: 1 - isFinite)
  }

  func position(of state: State) -> Tensor { state.parts[0] }
}

/// Gibbs sweeps over coordinates of two values, or the same with conditionals of half the weight.
struct Flipper: Sampler {
  static let name = "flipper"
  static let summary = "Gibbs sweeps."
  static let values: Set<SampleSpace.Values> = [.binary, .spin]
  @Setting("1 for the right conditionals", .positive) var sharpness: Float = 1

  init() {}
  var steps: Int { 10 }
  func start(at position: Tensor, target: Target) -> Place { Place(position) }
  func position(of state: Place) -> Tensor { state.position }

  func step(_ state: inout Place, target: Target, random: inout RandomStream) -> StepInfo {
    let low: Float = target.values == .spin ? -1 : 0
    for axis in 0..<state.position.shape[1] {
      let x = state.position
      let mask = Tensor((0..<x.shape[1]).map { $0 == axis ? 1 : 0 })
      let (up, down) = (x * (1 - mask) + mask, x * (1 - mask) + low * mask)
      let probability = (sharpness * (target.energy(down) - target.energy(up))).sigmoid()
      let isUp = (random.uniform([x.shape[0]]) .< probability).reshaped([x.shape[0], 1])
      state.position = Tensor.select(isUp, up, down)
    }
    return StepInfo()
  }
}
