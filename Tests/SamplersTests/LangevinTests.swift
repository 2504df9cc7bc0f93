import EBMCore
import Samplers
import Tensors
import Testing

@Suite struct LangevinTests {
  /// Of chains on N(0, s²): each chain's averages over its steps, whose spread over the chains, which are independent,
  /// is an honest error bar however slowly a chain moves.
  private static func averages(deviation: Float, stepSize: Float) -> (square: Estimate, product: Estimate) {
    let (chains, burnIn, steps) = (2_048, 300, 2_000)
    let function = CompiledFunction { _, context in
      let target = Target(scale: Tensor(stepSize)) { x in
        (0.5 / (deviation * deviation)) * x.squared().sum(alongAxes: 1)
      }
      let sampler = Langevin { $0.steps = burnIn }
      let start = sampler.run(
        from: deviation * context.random.normal([chains, 1]), target: target, random: &context.random)
      let zero = Tensor(0).broadcast(to: [chains, 1])
      return Tensor.iterate(steps, from: [start.position, zero, zero], random: &context.random) { state, _, random in
        let x = state[0]
        var next = sampler.start(at: x, target: target)
        _ = sampler.step(&next, target: target, random: &random)
        return [next.position, state[1] + x.squared(), state[2] + x * next.position]
      }
    }
    let results = function([], key: RandomKey(seed: 1))
    func estimate(_ sums: Tensor) -> Estimate { Estimate(sums.scalars.map { Double($0) / Double(steps) }) }
    return (estimate(results[1]), estimate(results[2]))
  }

  /// Variance s²/(1 − b²/(4 s²)) and lag-1 autocorrelation 1 − b²/(2 s²), the bias of discretisation included.
  @Test(arguments: [(1, 0.5), (1, 1.2), (0.5, 0.3), (2, 1)] as [(Float, Float)])
  func hasItsExactStationaryLaw(deviation s: Float, stepSize b: Float) {
    let (variance, scale) = (Double(s * s), Double(b * b))
    let expected = variance / (1 - scale / (4 * variance))
    let found = Self.averages(deviation: s, stepSize: b)
    expect(found.square, isNear: expected, "variance")
    expect(found.product, isNear: expected * (1 - scale / (2 * variance)), "lag-1 covariance")
    // The bias is far above the error bar, so the test would see its absence.
    #expect(abs(expected - variance) > 8 * found.square.standardError)
  }

  @Test func stepsByTheFormula() {
    let (x, noise) = (Tensor([1, -2, 3, 0.5], shape: [2, 2]), Tensor([1, 0, -1, 2], shape: [2, 2]))
    let target = Target(scale: Tensor([0.5, 1])) { x in 0.5 * x.squared().sum(alongAxes: 1) }
    // b is 2 · 0.5 in the first row and 2 · 1 in the second; ∇E = x. All numbers are exact.
    let moved = Langevin { $0.stepSize = 2 }.moved(x, target: target, noise: noise)
    #expect(moved.shape == [2, 2])
    let expected: [Float] = [1 - 0.5 + 1, -2 + 1, 3 - 6 - 2, 0.5 - 1 + 4]
    #expect(moved.scalars == expected)
  }

  /// A chain may start at a value: its gradient there is not lost.
  @Test func gradientsAtValues() {
    let target = Target { x in (x.squared() + Tensor([3, 4]) * x).sum(alongAxes: 1) }
    let (energy, gradient) = target.energyWithGradient(Tensor([1, -2], shape: [1, 2]))
    #expect(energy.scalars == [1 + 3 + 4 - 8])
    #expect(gradient.scalars == [2 + 3, -4 + 4])
  }

  @Test func chainsOfAnySeedAndLengthDiffer() {
    func end(_ steps: Int, seed: UInt64) -> [Float] {
      let function = CompiledFunction { _, context in
        let target = Target { x in 0.5 * x.squared().sum(alongAxes: 1) }
        let start = Tensor(0).broadcast(to: [3, 2])
        return [Langevin { $0.steps = steps }.run(from: start, target: target, random: &context.random).position]
      }
      return function([], key: RandomKey(seed: seed))[0].scalars
    }
    let chain = end(5, seed: 1)
    #expect(chain == end(5, seed: 1))
    #expect(chain != end(5, seed: 2) && chain != end(6, seed: 1))
    #expect(Set(chain).count == 6, "chains and coordinates have noise of their own")
  }
}
