import EBMCore
import EBMTesting
import Testing

@Suite struct ObjectiveConformanceTests {
  @Test func rightOnesPass() {
    Verdicts(FaultyLikelihood()).expectPasses()
    Verdicts(FaultyScoreMatching()).expectPasses()
  }

  @Test(arguments: [
    (FaultyLikelihood.Fault.phasesExchanged, "sign"), (.phasesExchanged, "gradient at the truth"),
    (.weakNegatives, "gradient at the truth"), (.ignoresData, "finite losses"), (.isNotANumber, "finite losses"),
    (.seedlessNoise, "bits by threads"),
  ])
  func faultsAreCaught(_ fault: FaultyLikelihood.Fault, by check: String) {
    Verdicts(FaultyLikelihood { $0.fault = fault }).expectCaught(by: check)
  }

  @Test func aTraceOfTheWrongSignIsCaught() {
    Verdicts(FaultyScoreMatching { $0.sign = 1 }).expectCaught(by: "gradient at the truth")
    Verdicts(FaultyScoreMatching { $0.sign = 1 }).expectCaught(by: "sign")
  }
}
