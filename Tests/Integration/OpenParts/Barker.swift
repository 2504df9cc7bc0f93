import EBMCore
import Samplers
import Tensors

/// A Gaussian step of which each coordinate turns downhill with probability 1/(1 + exp(∂E z)), then a Metropolis test.
/// Source: Livingstone & Zanella, *The Barker proposal: combining robustness and efficiency in gradient-based MCMC*, 2022.
struct Barker: TunableSampler, PreconditionedSampler {
  static let name = "barker"
  static let summary = "Metropolis–Hastings with the Barker proposal."
  @Setting("steps a chain", .integers(1...)) var steps = 20
  @Setting("deviation of a step, in units of the target's scale", .positive) var stepSize: Float = 1
  @Setting("variances or covariance of steps; empty for the identity", .list(of: .finite)) var inverseMass: [Float] = []
  var targetAcceptance: Double { 0.57 }

  func start(at position: Tensor, target: Target) -> GradientState { GradientState(at: position, target: target) }

  func step(_ state: inout GradientState, target: Target, random: inout RandomStream) -> StepInfo {
    let (x, mass) = (state.position, self.mass(for: state.position))
    let slope = mass.toMomenta(state.gradient)
    let b = stepSize * target.scale(for: x)
    let z = b * random.normal(x.shape)
    let turned = Tensor.select(random.uniform(x.shape) .< (-slope * z).sigmoid(), z, -z)
    let end = GradientState(at: x + mass.toPoints(turned), target: target)
    let back = (slope * turned).softplus() - (-mass.toMomenta(end.gradient) * turned).softplus()
    let test = MetropolisTest(
      logRatio: state.energy - end.energy + back.sumOfFeatures(),
      finite: end.energy + end.gradient.sumOfFeatures(), random: &random)
    state = test.choose(end, over: state)
    return test.info
  }

  func position(of state: GradientState) -> Tensor { state.position }
}
