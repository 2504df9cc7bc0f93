import EBMCore
import Optimizers
import Testing

/// Schedules against their formulas, also at their ends and where there is nothing to divide by.
@Suite struct RateTests {
  private func expectFactors(
    _ rate: some RateSchedule, of total: Int, _ expected: [(Int, Double)],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for (n, value) in expected {
      let found = rate.factor(at: n, of: total)
      #expect(abs(found - value) < 1e-15, "f(\(n)) is \(found), not \(value)", sourceLocation: sourceLocation)
    }
  }

  @Test func constant() { expectFactors(ConstantRate(), of: 10, [(0, 1), (9, 1), (99, 1)]) }

  @Test func warmUp() {
    let rate = WarmUpRate { $0.updates = 4 }
    expectFactors(rate, of: 10, [(0, 0.25), (1, 0.5), (3, 1), (4, 1), (9, 1)])
    expectFactors(rate, of: 2, [(0, 0.25), (1, 0.5)])
  }

  /// The authors' code of cooperative diffusion recovery: lr · min(1, n/10,000) and lr · min(1, (n + 500)/10,000); n counts from 1
  /// here, so that the first update of the energy has an effect.
  @Test func headStart() {
    let energy = WarmUpRate { $0.updates = 10_000 }
    let initializer = WarmUpRate {
      $0.updates = 10_000; $0.headStart = 500
    }
    for n in [1, 2, 499, 500, 9_499, 9_500, 9_501, 9_999, 10_000, 10_001, 50_000] {
      expectFactors(energy, of: 100_001, [(n - 1, min(1, Double(n) / 10_000))])
      expectFactors(initializer, of: 100_001, [(n - 1, min(1, Double(n + 500) / 10_000))])
    }
  }

  @Test func cosine() {
    let rate = CosineRate { $0.final = 0.25 }
    expectFactors(rate, of: 1_001, [(0, 1), (500, 0.625), (1_000, 0.25), (2_000, 0.25)])
    #expect((0..<1_000).allSatisfy { rate.factor(at: $0, of: 1_001) > rate.factor(at: $0 + 1, of: 1_001) })
    expectFactors(rate, of: 1, [(0, 1)])
  }

  @Test func linear() {
    expectFactors(LinearRate { $0.final = 0.5 }, of: 5, [(0, 1), (1, 0.875), (2, 0.75), (4, 0.5), (40, 0.5)])
    expectFactors(LinearRate(), of: 1, [(0, 1)])
  }

  /// The joint energy model's: ×0.3 at epochs 160 and 180 of 200.
  @Test func steps() {
    expectFactors(StepRate(), of: 200, [(0, 1), (159, 1), (160, 0.3), (179, 0.3), (180, 0.3 * 0.3), (199, 0.3 * 0.3)])
    expectFactors(StepRate { $0.after = [] }, of: 10, [(9, 1)])
  }

  /// Behind a warm-up of as many updates it is d⁻⁰·⁵ min(k⁻⁰·⁵, k w⁻¹·⁵) of Vaswani et al., up to a constant factor. Theirs
  /// counts k from 1, and falls from update w on.
  @Test func inverseSquareRoot() {
    expectFactors(InverseSquareRootRate { $0.updates = 100 }, of: 9, [(0, 1), (100, 0.5.squareRoot()), (300, 0.5)])
    let rate = WarmUpRate {
      $0.updates = 16
      $0.then = InverseSquareRootRate { $0.updates = 16 }
    }
    for n in 0..<16 { expectFactors(rate, of: 99, [(n, Double(n + 1) / 16)]) }
    for n in 16..<99 { expectFactors(rate, of: 99, [(n, (16 / Double(n)).squareRoot())]) }
  }

  /// The second schedule has the updates that the warm-up leaves.
  @Test func warmUpThenCosine() {
    let rate = WarmUpRate {
      $0.updates = 100
      $0.then = CosineRate { $0.final = 0.25 }
    }
    expectFactors(rate, of: 1_101, [(0, 0.01), (99, 1), (100, 1), (600, 0.625), (1_100, 0.25)])
    // Nothing is left.
    expectFactors(rate, of: 100, [(99, 1), (100, 1)])
  }
}
