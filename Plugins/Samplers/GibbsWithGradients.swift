public import EBMCore
public import Tensors

/// Gibbs with gradients: flips one coordinate a step, chosen by what the gradient says its flip is worth.
///
/// ```
/// d_i = −∂E/∂x_i (x̄_i − x_i) ≈ E(x) − E(x with i flipped),   q(i | x) = softmax(d/2)_i
/// log a = E(x) − E(x′) + ln q(i | x′) − ln q(i | x)
/// ```
/// with x̄_i the coordinate's other value, for energies that are smooth functions evaluated at binary points or spins.
/// Exact whatever the gradient is worth; for energies linear in each coordinate d is exact too. A flip to an energy
/// that is not finite is rejected and counted. Source: Grathwohl et al., *Oops I took a gradient*, 2021.
public struct GibbsWithGradients: Sampler {
  public static let name = "gibbs-with-gradients"
  public static let summary = "Flips of coordinates that the energy's gradient picks."
  public static let values = Set<SampleSpace.Values>([.binary, .spin])

  @Setting("flips that are tried", .integers(0...)) public var steps = 100

  public init() {}

  public func start(at position: Tensor, target: Target) -> GradientState {
    GradientState(at: position, target: target)
  }

  public func step(_ state: inout GradientState, target: Target, random: inout RandomStream) -> StepInfo {
    let shape = state.position.shape
    let rows = [shape[0], shape.dropFirst().reduce(1, *)]
    // Half of what flips are worth.
    func preference(_ x: Tensor, _ gradient: Tensor) -> Tensor {
      (0.5 * gradient * (x - target.flipped(x, by: Self.name))).reshaped(rows)
    }
    let forward = preference(state.position, state.gradient)
    // The largest of the preferences with Gumbel noise is a draw from their softmax.
    let noisy = forward - (-random.uniform(rows).log()).log()
    let isChosen = noisy .== noisy.maximum(alongAxes: 1, keepingDimensions: true)
    let flipped = Tensor.select(
      isChosen.reshaped(shape), target.flipped(state.position, by: Self.name), state.position)
    let (energy, gradient) = target.energyWithGradient(flipped)
    let backward = preference(flipped, gradient)
    func logProbability(_ preference: Tensor) -> Tensor {
      Tensor.select(isChosen, preference, Tensor(0)).sumOfFeatures() - preference.logSumExp(alongAxes: 1)
    }
    let back = logProbability(backward)
    let logRatio = state.energy - energy + back - logProbability(forward)
    // Two coordinates of equal rank would both flip, with a probability that is not q.
    let isOne = isChosen.sumOfFeatures() .== 1
    let test = MetropolisTest(
      logRatio: Tensor.select(isOne, logRatio, Tensor(-.infinity)), finite: energy + back, random: &random)
    state = test.choose(GradientState(position: flipped, energy: energy, gradient: gradient), over: state)
    return test.info
  }

  public func position(of state: GradientState) -> Tensor { state.position }
}
