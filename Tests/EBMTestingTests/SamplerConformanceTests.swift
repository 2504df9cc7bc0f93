import EBMCore
import EBMTesting
import Testing

@Suite struct SamplerConformanceTests {
  @Test(arguments: [Walker.Fault.none, .unadjusted]) func rightOnesPass(_ fault: Walker.Fault) {
    Verdicts(Walker { $0.fault = fault }).expectPasses()
  }

  @Test func momentumThatTurnsRoundPasses() { Verdicts(Glider()).expectPasses() }

  /// What parallel tempering was once: from exact draws its first rounds leave the law, and only those.
  @Test func replicasThatStartAtOnePointAreNotExact() {
    Verdicts(Replicas { $0.claimsExactness = true }).expectCaught(by: "invariance")
    Verdicts(Conformance.verdicts(of: Replicas(), options: .init(quick: true))).expectPasses()
  }

  @Test func sweepsPass() { Verdicts(Flipper()).expectPasses() }

  /// Each fault and the check that sees it.
  @Test(arguments: [
    (Walker.Fault.noiseTooLarge, "bias"), (.uphill, "bias"), (.missingTest, "invariance"),
    (.missingTest, "stationary law"), (.missingProposalRatio, "invariance"), (.wrongProposalRatio, "invariance"),
    (.ignoresSeed, "seed"), (.mixesBatch, "independent rows"), (.acceptsNonFinite, "refusal"),
    (.hidesNonFinite, "refusal"), (.neverMoves, "invariance"), (.neverMoves, "stationary law"),
  ])
  func faultsAreCaught(_ fault: Walker.Fault, by check: String) {
    Verdicts(Walker { $0.fault = fault }).expectCaught(by: check)
  }

  @Test func momentumThatGoesOnIsCaught() {
    Verdicts(Glider { $0.turnsRound = false }).expectCaught(by: "invariance")
  }

  @Test func bluntConditionalsAreCaught() {
    Verdicts(Flipper { $0.sharpness = 0.5 }).expectCaught(by: "invariance: spin pairs")
    Verdicts(Flipper { $0.sharpness = 0.5 }).expectCaught(by: "stationary law: binary pairs")
  }

  /// Halving b² in the formula for the noise alone leaves a chain that is not Langevin dynamics at any step size, but
  /// one that is: the exact variance is found to all its digits.
  @Test func eulerVarianceIsJudged() {
    let verdicts = Verdicts(Walker { $0.fault = .unadjusted }).all.filter { $0.check.hasPrefix("Euler variance") }
    #expect(verdicts.count == 1 && verdicts.allSatisfy(\.passed), "\(verdicts)")
  }
}
