import EBMCore
import EBMTesting
import Testing

@Suite struct EnergyConformanceTests {
  @Test func rightOnesPass() {
    Verdicts(FaultyNetwork()).expectPasses()
    Verdicts(FaultyGaussian()).expectPasses()
    Verdicts(FaultySpins()).expectPasses()
  }

  @Test(arguments: [
    (FaultyNetwork.Fault.mixesBatch, "independent rows"), (.forgetsAFactor, "gradient"), (.isNotANumber, "finite"),
    (.isInfiniteAtZero, "finite"), (.summedUp, "shape"),
  ])
  func faultyNetworksAreCaught(_ fault: FaultyNetwork.Fault, by check: String) {
    Verdicts(FaultyNetwork { $0.fault = fault }).expectCaught(by: check)
  }

  @Test(arguments: [
    (FaultyGaussian.Fault.normalizer, "log Z"), (.mean, "moments"), (.variance, "moments"),
    (.draws, "Stein identities"),
    (.draws, "moments"),
  ])
  func faultyDeclarationsAreCaught(_ fault: FaultyGaussian.Fault, by check: String) {
    Verdicts(FaultyGaussian { $0.fault = fault }).expectCaught(by: check)
  }

  @Test func aWrongSumOverSpinsIsCaught() { Verdicts(FaultySpins { $0.isWrong = true }).expectCaught(by: "log Z") }
}
