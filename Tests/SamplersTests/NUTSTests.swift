import EBMCore
import Foundation
import Samplers
import Tensors
import Testing

@Suite struct NUTSTests {
  /// Every subtree that ends at a leaf is tested, no other set of leaves: against the definition, by brute force.
  @Test func checkpointsTestEverySubtree() {
    let (leaves, chains, dimension) = (32, 40, 3)
    let found = results(seed: 51) { context in
      // Momenta that turn slowly, so that short and long subtrees differ.
      let phase = context.random.uniform([chains, 1]) * 6
      let speed = 0.05 + 0.6 * context.random.uniform([chains, 1])
      var checkpoints = UTurnCheckpoints(rows: [chains, dimension], depth: 5)
      var (sum, outputs) = (Tensor(0).broadcast(to: [chains, dimension]), [Tensor]())
      for n in 0..<leaves {
        let angle = phase + Float(n) * speed
        let noise = 0.4 * context.random.normal([chains, 1])
        let momentum = Tensor.concatenated([angle.cos(), angle.sin(), noise], alongAxis: 1)
        sum = sum + momentum
        let turns = checkpoints.add(leaf: Tensor(Float(n)).broadcast(to: [chains]), momentum: momentum, sum: sum)
        outputs += [momentum, turns]
      }
      return outputs
    }
    var turning = 0
    for n in 0..<leaves {
      for chain in 0..<chains {
        func momentum(_ leaf: Int) -> [Double] {
          (0..<dimension).map { Double(found[2 * leaf][chain * dimension + $0]) }
        }
        var expected = false
        var length = 2
        while (n + 1) % length == 0 && length <= leaves {
          let span = (n + 1 - length)...n
          let (first, last) = (momentum(span.lowerBound), momentum(n))
          var way = [Double](repeating: 0, count: dimension)
          for leaf in span { for (i, value) in momentum(leaf).enumerated() { way[i] += value } }
          for i in 0..<dimension { way[i] -= 0.5 * (first[i] + last[i]) }
          let dots = [first, last].map { end in zip(end, way).reduce(0) { $0 + $1.0 * $1.1 } }
          if dots.contains(where: { $0 <= 0 }) { expected = true }
          length *= 2
        }
        #expect((found[2 * n + 1][chain] != 0) == expected, "leaf \(n) of chain \(chain)")
        if expected { turning += 1 }
      }
    }
    #expect(turning > 50 && turning < 500, "\(turning)")
  }

  private static func leaves(stepSize: Float, depth: Int = 8, steps: Int = 4) -> [Float] {
    results(seed: 52) { context in
      let target = Target { x in 0.5 * x.squared().sum(alongAxes: 1) }
      let sampler = NUTS {
        $0.steps = steps; $0.stepSize = stepSize; $0.maximumDepth = depth
      }
      let start = context.random.normal([1_000, 4])
      let chain = sampler.run(from: start, target: target, random: &context.random)
      return [chain.evaluations, chain.divergent]
    }[0]
  }

  /// On N(0, I) a trajectory turns after a time between π/2 and 2π, however many steps that takes.
  @Test func turnsAfterHalfAnOrbit() {
    let (fine, coarse) = (Estimate(Self.leaves(stepSize: 0.1)).mean / 4, Estimate(Self.leaves(stepSize: 0.2)).mean / 4)
    #expect(0.1 * fine > .pi / 2 && 0.1 * fine < 2 * .pi, "\(fine) leaves")
    #expect(fine / coarse > 1.6 && fine / coarse < 2.4, "\(fine) and \(coarse) leaves")
  }

  @Test func depthIsBounded() {
    let leaves = Self.leaves(stepSize: 0.001, depth: 3, steps: 1)
    #expect(leaves.allSatisfy { $0 == 7 })
  }

  /// A chain's bits do not depend on how long its neighbours go on.
  @Test func chainsDoNotSeeEachOther() {
    func ends(_ neighbours: Float) -> [Float] {
      results(seed: 53) { _ in
        var stream = RandomStream()
        let scale = Tensor((0..<64).map { $0 < 32 ? 0.5 : neighbours })
        let target = Target(scale: scale) { x in 0.5 * x.squared().sum(alongAxes: 1) }
        let start = stream.normal([64, 3])
        return [
          NUTS {
            $0.steps = 3; $0.stepSize = 1
          }.run(from: start, target: target, random: &stream).position
        ]
      }[0]
    }
    let (slow, fast) = (ends(0.02), ends(1))
    #expect(slow.prefix(96) == fast.prefix(96))
    #expect(slow.suffix(96) != fast.suffix(96))
  }

  /// Steps too long for the steep end of a well: flagged in the chains where it happens, and only there.
  @Test func divergencesAreFlaggedByChain() {
    let found = results(seed: 54) { context in
      let scale = Tensor((0..<200).map { $0 % 2 == 0 ? 0.3 : 40 })
      let target = Target(scale: scale) { x in (0.25 * x.squared().squared()).sum(alongAxes: 1) }
      let start = context.random.normal([200, 1])
      let chain = NUTS {
        $0.steps = 3; $0.stepSize = 1; $0.maximumDepth = 5
      }
      .run(from: start, target: target, random: &context.random)
      return [chain.divergent, chain.position]
    }
    for chain in 0..<200 {
      #expect(chain % 2 == 0 ? found[0][chain] == 0 : found[0][chain] > 0)
      #expect(found[1][chain].isFinite)
    }
  }

  /// Points may have any shape: images are rows inside.
  @Test func movesPointsOfAnyShape() {
    let found = results(seed: 55) { context in
      let target = Target { x in 0.5 * x.squared().sum(alongAxes: 1, 2, 3) }
      let start = context.random.normal([8_000, 2, 1, 2])
      let chain = NUTS {
        $0.steps = 3; $0.stepSize = 0.6; $0.maximumDepth = 4; $0.inverseMass = [1, 0.5, 1, 2]
      }
      .run(from: start, target: target, random: &context.random)
      return [chain.position.squared()]
    }
    expect(Estimate(found[0]), isNear: 1)
    #expect(found[0].count == 32_000)
  }
}
