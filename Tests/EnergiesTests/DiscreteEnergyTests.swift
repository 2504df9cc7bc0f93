import EBMCore
import Energies
import Foundation
import Networks
import Tensors
import Testing

@Suite struct DiscreteEnergyTests {
  private static let grids = [
    Ising {
      $0.rows = 3
      $0.columns = 4
      $0.coupling = 0.3
      $0.field = 0.2
    },
    Ising {
      $0.rows = 4; $0.columns = 3; $0.coupling = -0.5; $0.field = 0.1
    },
    Ising {
      $0.rows = 2; $0.columns = 5; $0.coupling = 0.4; $0.field = -0.3; $0.isTorus = false
    },
    Ising {
      $0.rows = 5; $0.columns = 2; $0.coupling = 0.4; $0.field = -0.3; $0.isTorus = false
    },
    Ising {
      $0.rows = 1
      $0.columns = 6
      $0.coupling = 1
      $0.field = 0.5
      $0.isTorus = false
    },
    Ising {
      $0.rows = 3; $0.columns = 3; $0.coupling = 0.44
    },
  ]

  /// −J Σ over pairs of neighbours − h Σ, pair by pair.
  private func reference(_ model: Ising, _ s: [Double]) -> Double {
    var sum = 0.0
    for row in 0..<model.rows {
      for column in 0..<model.columns {
        let spin = s[row * model.columns + column]
        if model.isTorus || column + 1 < model.columns {
          sum -= model.coupling * spin * s[row * model.columns + (column + 1) % model.columns]
        }
        if model.isTorus || row + 1 < model.rows {
          sum -= model.coupling * spin * s[(row + 1) % model.rows * model.columns + column]
        }
        sum -= model.field * spin
      }
    }
    return sum
  }

  private func states(_ count: Int, low: Double) -> [[Double]] {
    (0..<(1 << count)).map { state in (0..<count).map { (state >> $0) & 1 == 1 ? 1 : low } }
  }

  /// The mean of a unit over weighted states.
  private func mean(of unit: Int, in states: [[Double]], _ weights: [Double]) -> Double {
    var sum = 0.0
    for (state, weight) in zip(states, weights) { sum += state[unit] * weight }
    return sum / weights.reduce(0, +)
  }

  @Test(arguments: grids) func spinsInteractWithNeighbours(_ model: Ising) throws {
    let probe = try Probe(model)
    let points = scatteredPoints(12, dimension: model.rows * model.columns, in: -1...1)
    expectReference(probe, at: points) { x, _ in reference(model, x) }
    let spins = points.map { $0.map { $0 > 0 ? Float(1) : -1 } }
    expectReference(probe, at: spins) { x, _ in reference(model, x) }
    let together = probe.energies(spins)
    #expect(probe.energies([spins[5]]) == [together[5]])
  }

  @Test(arguments: grids) func sumsOverStatesAreExact(_ model: Ising) throws {
    let states = states(model.rows * model.columns, low: -1)
    let weights = states.map { exp(-reference(model, $0)) }
    let total = weights.reduce(0, +)
    #expect(abs(try #require(model.logNormalizer) - log(total)) < 1e-12)
    let (means, variances) = (try #require(model.mean), try #require(model.variance))
    #expect(means.count == model.rows * model.columns)
    for site in means.indices {
      let exact = mean(of: site, in: states, weights)
      #expect(abs(means[site] - exact) < 1e-12)
      #expect(abs(variances[site] - (1 - exact * exact)) < 1e-12)
    }
  }

  @Test func chainsAreKnownInClosedForm() throws {
    // Z of an open chain is 2 (2 cosh J)^{N−1}; of a strip without coupling (2 cosh h)^N.
    let chain = Ising {
      $0.rows = 1; $0.columns = 4_000; $0.coupling = 0.7; $0.isTorus = false
    }
    #expect(abs(try #require(chain.logNormalizer) - (log(2) + 3_999 * log(2 * cosh(0.7)))) < 1e-8)
    let free = Ising {
      $0.rows = 12; $0.columns = 20; $0.coupling = 0; $0.field = 3; $0.isTorus = false
    }
    #expect(abs(try #require(free.logNormalizer) - 240 * log(2 * cosh(3.0))) < 1e-8)
    #expect(
      Ising {
        $0.rows = 64; $0.columns = 64
      }.logNormalizer == nil)
    #expect(
      Ising {
        $0.rows = 10
        $0.columns = 10
        $0.coupling = 0
        $0.field = 0.5
      }.mean?.last.map { abs($0 - tanh(0.5)) < 1e-12 } == true)
    // Two spins agree with probability 1/(1 + e^{−2J}).
    let pair = Ising {
      $0.rows = 1; $0.columns = 2; $0.coupling = 1; $0.isTorus = false
    }
    #expect(abs(exp(1 + log(2) - (try #require(pair.logNormalizer))) - 0.8807971) < 6e-8)
  }

  @Test func drawsAreOfTheLaw() throws {
    let model = Ising {
      $0.rows = 2; $0.columns = 3; $0.coupling = 0.35; $0.field = 0.15; $0.isTorus = false
    }
    let count = 50_000
    let compiled = CompiledFunction { _, context in [model.draws(count, random: &context.random) ?? Tensor(.nan)] }
    let draws = compiled([], key: RandomKey(seed: 4))[0]
    #expect(draws.shape == [count, 2, 3, 1])
    try expectLaw(draws.scalars, count: count, sites: 6, low: -1) { exp(-reference(model, $0)) }
    var random = RandomStream()
    #expect(
      Ising {
        $0.rows = 4; $0.columns = 4
      }.draws(1, random: &random) == nil)
  }

  /// Exact draws stay exact draws under a sweep, and every sweep reaches every state: from a single state, 25 sweeps lead
  /// to the law. Pearson's statistic of all states.
  @Test(
    arguments: [
      Ising {
        $0.rows = 3
        $0.columns = 3
        $0.coupling = 0.25
        $0.field = 0.1
      },
      Ising {
        $0.rows = 2; $0.columns = 4; $0.coupling = 0.3; $0.isTorus = false
      },
      Ising {
        $0.rows = 3; $0.columns = 4; $0.coupling = -0.2; $0.field = 0.2
      },
    ])
  func sweepsLeadToTheLaw(_ model: Ising) throws {
    let probe = try Probe(model)
    let gibbs = try #require(probe.function as? any GibbsEnergyFunction)
    let sites = model.rows * model.columns
    let start = [[Float]](repeating: [Float](repeating: 1, count: sites), count: 50_000)
    let end = probe.run(start) { x, condition, context in
      var x = x
      for _ in 0..<25 { x = gibbs.gibbsSweep(x, condition, &context) }
      return [x]
    }
    try expectLaw(end, count: start.count, sites: sites, low: -1) { exp(-reference(model, $0)) }
  }

  @Test func sweepsOfTheMachineLeadToTheLaw() throws {
    let (probe, function) = try machine(visible: [2, 2, 1], hidden: 3)
    let start = [[Float]](repeating: [0, 1, 1, 0], count: 50_000)
    let end = probe.run(start) { x, condition, context in
      var x = x
      for _ in 0..<50 { x = function.gibbsSweep(x, condition, &context) }
      return [x]
    }
    _ = try reference(probe, [0, 0, 0, 0])
    try expectLaw(end, count: start.count, sites: 4, low: 0) { exp(-((try? reference(probe, $0)) ?? .nan)) }
  }

  /// Expects rows of two-valued sites to be draws from weights of states: Pearson's statistic within 4 deviations.
  private func expectLaw(
    _ rows: [Float], count: Int, sites: Int, low: Float, sourceLocation: SourceLocation = #_sourceLocation,
    weight: ([Double]) -> Double
  ) throws {
    let weights = states(sites, low: Double(low)).map(weight)
    let total = weights.reduce(0, +)
    var found = [Int](repeating: 0, count: weights.count)
    for row in 0..<count {
      let values = rows[(row * sites)..<((row + 1) * sites)]
      try #require(values.allSatisfy { $0 == 1 || $0 == low }, sourceLocation: sourceLocation)
      found[values.enumerated().reduce(0) { $0 | ($1.element == 1 ? 1 << $1.offset : 0) }] += 1
    }
    var (statistic, degrees) = (0.0, -1.0)
    func add(_ expected: Double, _ number: Int) {
      statistic += pow(Double(number) - expected, 2) / expected
      degrees += 1
    }
    // States of few expected draws, whose part is not the square of a normal number, count together.
    var (rest, foundRest) = (0.0, 0)
    for (weight, number) in zip(weights, found) {
      let expected = weight / total * Double(count)
      if expected < 5 {
        (rest, foundRest) = (rest + expected, foundRest + number)
      } else {
        add(expected, number)
      }
    }
    if rest > 5 { add(rest, foundRest) }
    #expect(degrees > 10, sourceLocation: sourceLocation)
    #expect(abs(statistic - degrees) < 4 * (2 * degrees).squareRoot(), sourceLocation: sourceLocation)
  }

  private func machine(visible: [Int], hidden: Int) throws -> (Probe, RestrictedBoltzmannMachine.Function) {
    let space = SampleSpace(shape: visible, values: .binary)
    let probe = try Probe(
      RestrictedBoltzmannMachine {
        $0.hidden = hidden; $0.deviation = 1
      }, over: space)
    let function = try #require(probe.function as? RestrictedBoltzmannMachine.Function)
    // Biases start at 0, which would hide a mistake.
    probe.store[function.visibleBias] = (0..<space.dimension).map { 0.3 * Float($0) - 0.7 }
    probe.store[function.hiddenBias] = (0..<hidden).map { 0.5 - 0.4 * Float($0) }
    return (probe, function)
  }

  private func reference(_ probe: Probe, _ v: [Double]) throws -> Double {
    let w = try #require(probe.values("weight"))
    let b = try #require(probe.values("visibleBias"))
    let c = try #require(probe.values("hiddenBias"))
    let linear: Double = zip(b, v).reduce(0) { $0 + $1.0 * $1.1 }
    var energy = -linear
    for unit in c.indices {
      var input = c[unit]
      for index in v.indices { input += v[index] * w[index * c.count + unit] }
      energy -= log(1 + exp(input))
    }
    return energy
  }

  @Test func theMachinesEnergyIsFree() throws {
    let (probe, _) = try machine(visible: [2, 2, 1], hidden: 3)
    let points = scatteredPoints(10, dimension: 4, in: 0...1)
    _ = try reference(probe, [0, 0, 0, 0])
    expectReference(probe, at: points) { x, _ in (try? reference(probe, x)) ?? .nan }
    let energies = probe.energies(points)
    #expect(probe.energies([points[3]]) == [energies[3]])
  }

  @Test(arguments: [(4, 3), (3, 5)]) func theMachinesConditionalsAndSums(visible: Int, hidden: Int) throws {
    let (probe, function) = try machine(visible: [visible], hidden: hidden)
    let (visibleStates, hiddenStates) = (states(visible, low: 0), states(hidden, low: 0))
    let v = visibleStates.map { $0.map { Float($0) } }
    let h = Tensor(rows: hiddenStates.map { $0.map { Float($0) } })
    // E(v, h) of all pairs, v by v.
    let joint = v.map { row in
      probe.run(hiddenStates.map { _ in row }) { x, _, _ in
        [function.jointEnergy(visible: x, hidden: h)]
      }.map { exp(-Double($0)) }
    }
    let free = probe.energies(v)
    expectAll(free, joint.map { -log($0.reduce(0, +)) }, within: 2e-6)
    let total = joint.joined().reduce(0, +)
    #expect(abs(try #require(function.logNormalizer(in: probe.store)) - log(total)) < 2e-6)

    let ofHidden = probe.run(v) { x, _, _ in [function.hiddenProbabilities(given: x)] }
    let expectedHidden = joint.flatMap { row in (0..<hidden).map { mean(of: $0, in: hiddenStates, row) } }
    expectAll(ofHidden, expectedHidden, within: 2e-6)
    let ofVisible = probe.run(v) { _, _, _ in [function.visibleProbabilities(given: h)] }
    let expectedVisible = hiddenStates.indices.flatMap { column in
      let weights = joint.map { $0[column] }
      return (0..<visible).map { mean(of: $0, in: visibleStates, weights) }
    }
    expectAll(ofVisible, expectedVisible, within: 2e-6)
  }

  @Test func largeMachinesAreNotEnumerated() throws {
    let (probe, function) = try machine(visible: [20], hidden: 17)
    #expect(function.logNormalizer(in: probe.store) == nil)
  }
}
