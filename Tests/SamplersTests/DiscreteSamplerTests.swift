import EBMCore
import Foundation
import Samplers
import Tensors
import Testing

/// Binary points and spins: all states are counted and compared with exp(−E)/Z by enumeration.
@Suite struct DiscreteSamplerTests {
  /// Four spins on a ring with a field: E = −Σ J_i s_i s_{i+1} − Σ h_i s_i.
  private static let (couplings, field): ([Float], [Float]) = ([0.5, -0.4, 0.8, 0.3], [0.2, 0, -0.5, 0.1])

  private static let ising: @Sendable (Tensor) -> Tensor = { s in
    let next = Tensor.concatenated([s.sliced(alongAxis: 1, 1..<4), s.sliced(alongAxis: 1, 0..<1)], alongAxis: 1)
    return -(s * next * Tensor(couplings) + s * Tensor(field)).sum(alongAxes: 1)
  }

  /// A restricted Boltzmann machine of 4 visible and 2 hidden units with the hidden ones summed out:
  /// E(v) = −b·v − Σ_j softplus(c_j + v W_j).
  private static let weights = Tensor([1, -0.5, -1.2, 0.7, 0.4, 1.5, -0.3, -0.8], shape: [4, 2])
  private static let (visibleBias, hiddenBias) = (Tensor([0.2, -0.1, 0.3, -0.4]), Tensor([-0.2, 0.5]))

  private static let machine: @Sendable (Tensor) -> Tensor = { v in
    -(v * visibleBias).sum(alongAxes: 1) - (v.matmul(weights) + hiddenBias).softplus().sum(alongAxes: 1)
  }

  private static let blocks: Target.GibbsSweep = { v, random in
    let hidden = random.uniform([v.shape[0], 2]) .< (v.matmul(weights) + hiddenBias).sigmoid()
    return random.uniform(v.shape) .< (hidden.matmul(weights, transposeRight: true) + visibleBias).sigmoid()
  }

  private static func states(_ values: SampleSpace.Values) -> Tensor {
    let low: Float = values == .spin ? -1 : 0
    return Tensor(rows: (0..<16).map { state in (0..<4).map { state >> $0 & 1 == 1 ? 1 : low } })
  }

  private static func probabilities(_ energy: (Tensor) -> Tensor, _ values: SampleSpace.Values) -> [Double] {
    let weights = energy(states(values)).scalars.map { exp(-Double($0)) }
    return weights.map { $0 / weights.reduce(0, +) }
  }

  private static func counts(_ rows: [Float]) -> [Int] {
    var counts = [Int](repeating: 0, count: 16)
    for row in stride(from: 0, to: rows.count, by: 4) {
      counts[(0..<4).reduce(0) { $0 + (rows[row + $1] > 0.5 ? 1 << $1 : 0) }] += 1
    }
    return counts
  }

  private static func expectLaw(_ sampler: any Sampler, _ target: Target, steps: Int) {
    let found = results(seed: 61) { context in
      // All at the same corner: chains have to find the others.
      let start = Tensor(1).broadcast(to: [20_000, 4])
      let chain = sampler.run(from: start, target: target, steps: steps, random: &context.random)
      return [chain.position, chain.nonFinite]
    }
    let low: Float = target.values == .spin ? -1 : 0
    #expect(found[0].allSatisfy { $0 == 1 || $0 == low })
    expect(counts(found[0]), haveProbabilities: probabilities(target.energy, target.values), "\(sampler)")
    #expect(found[1].allSatisfy { $0 == 0 })
  }

  @Test(arguments: [(Gibbs(), 12), (GibbsWithGradients(), 80)] as [(any Sampler, Int)])
  func spins(sampler: any Sampler, steps: Int) {
    Self.expectLaw(sampler, Target(values: .spin, energy: Self.ising), steps: steps)
  }

  @Test(arguments: [(Gibbs(), 12), (GibbsWithGradients(), 80)] as [(any Sampler, Int)])
  func binaryPoints(sampler: any Sampler, steps: Int) {
    Self.expectLaw(sampler, Target(values: .binary, energy: Self.machine), steps: steps)
  }

  @Test func blocksOfAMachine() {
    Self.expectLaw(Gibbs(), Target(values: .binary, gibbsSweep: Self.blocks, energy: Self.machine), steps: 20)
  }

  /// What an energy offers reaches its target.
  @Test func targetsFindConditionals() {
    struct Machine: GibbsEnergyFunction {
      func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
        DiscreteSamplerTests.machine(x)
      }
      func gibbsSweep(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
        DiscreteSamplerTests.blocks(x, &context.random)
      }
    }
    let target = Target(Machine(), over: SampleSpace(shape: [4], values: .binary), context: Context())
    #expect(target.values == .binary && target.gibbsSweep != nil)
    Self.expectLaw(Gibbs(), target, steps: 20)
  }

  /// One step from exact draws stays exact, for a step that hardly mixes.
  @Test func oneFlipStaysExact() {
    let probabilities = Self.probabilities(Self.machine, .binary)
    let cumulated = probabilities.indices.map { Float(probabilities[...$0].reduce(0, +)) }
    let found = results(seed: 62) { context in
      let u = context.random.uniform([60_000, 1])
      let index = Tensor.minimum((Tensor(cumulated) .< u).sum(alongAxes: 1), Tensor(15))
      let start = Self.states(.binary).gatheringRows(at: index)
      let target = Target(values: .binary, energy: Self.machine)
      let chain = GibbsWithGradients { $0.steps = 1 }.run(from: start, target: target, random: &context.random)
      return [start, chain.position, reported(chain.acceptance)]
    }
    expect(Self.counts(found[0]), haveProbabilities: probabilities, "draws")
    expect(Self.counts(found[1]), haveProbabilities: probabilities, "after a flip")
    let acceptance = Estimate(found[2]).mean
    #expect(acceptance > 0.5 && acceptance < 0.99)
  }

  /// Flips to an energy that is not finite do not happen.
  @Test(arguments: [Gibbs { $0.steps = 3 }, GibbsWithGradients { $0.steps = 30 }] as [any Sampler])
  func refusesWhatIsNotFinite(_ sampler: any Sampler) {
    let found = results(seed: 63) { context in
      let target = Target(values: .binary) { x in
        let first = x.sliced(alongAxis: 1, 0..<1)
        return 0.3 * x.sum(alongAxes: 1) + Tensor.select(first .> 0.5, Tensor(.nan), Tensor(0)).sum(alongAxes: 1)
      }
      let start = Tensor(0).broadcast(to: [500, 3])
      let chain = sampler.run(from: start, target: target, random: &context.random)
      return [chain.position, chain.nonFinite]
    }
    for row in 0..<500 { #expect(found[0][3 * row] == 0) }
    #expect(found[0].contains(1))
    #expect(found[1].allSatisfy { $0 > 0 })
  }
}
