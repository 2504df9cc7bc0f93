import Tensors
import Testing

/// What is told from the structure of graphs alone.
@Suite struct StructureTests {
  private let x = Parameter("x", shape: [3]).tensor
  private let w = Parameter("w", shape: [3]).tensor

  @Test func gradientsOfWhatIsNotReachedAreZero() {
    let reached = gradient(of: (x * w).sum(), withRespectTo: [x, w])
    #expect(!reached[0].isStructurallyZero && !reached[1].isStructurallyZero)
    for loss in [x.sum(), (x + w.stoppingGradient()).sum(), (x + w.floor()).sum(), (x + 0 * w.exp()).sum()] {
      let found = gradient(of: loss, withRespectTo: [x, w])
      #expect(!found[0].isStructurallyZero && found[1].isStructurallyZero)
    }
    // Products with what is 0 are 0, sums with it are not.
    let zero = gradient(of: x.sum(), withRespectTo: w)
    #expect((zero * w.exp()).isStructurallyZero && (zero / w).isStructurallyZero && (-zero).tanh().isStructurallyZero)
    #expect(!(zero + w).isStructurallyZero && !zero.exp().isStructurallyZero)
  }

  @Test func dependenceIsSeenThroughStops() {
    let y = (x.stoppingGradient() + 1).exp()
    #expect(y.depends(on: [x]) && !y.depends(on: [w]) && x.depends(on: [x]))
  }

  @Test func equalComputationsAreTheSame() {
    func energy(_ scale: Float, steps: Int, table: [Float] = [1, 2]) -> [Tensor] {
      let start = x * scale + Tensor(table).sum()
      var stream = RandomStream()
      let looped = Tensor.iterate(steps, from: [start], random: &stream) { state, index, random in
        [state[0] - 0.1 * w * index + random.normal([3])]
      }
      return [looped[0].sum(), (x * Tensor(table + [3])).sum()]
    }
    #expect(energy(2, steps: 4).isSameComputation(as: energy(2, steps: 4)))
    #expect(!energy(2, steps: 4).isSameComputation(as: energy(3, steps: 4)))
    #expect(!energy(2, steps: 4).isSameComputation(as: energy(2, steps: 5)))
    #expect(!energy(2, steps: 4).isSameComputation(as: energy(2, steps: 4, table: [1, 3])))
    #expect(![x].isSameComputation(as: [w]) && ![x].isSameComputation(as: [x, x]))
  }
}
