import EBMCore
import EBMTesting
import Testing

@Suite struct InitializerConformanceTests {
  @Test func rightOnesPass() {
    Verdicts(FaultyStart()).expectPasses()
    Verdicts(
      Conformance.verdicts(of: FaultyStart(), startsFollow: .normal(mean: 0, deviation: 1), options: .init(quick: true))
    ).expectPasses()
  }

  @Test(arguments: [
    (FaultyStart.Fault.wrongShape, "shape"), (.forgets, "memory"), (.keepsNonFinite, "ends that are not finite"),
    (.ignoresSeed, "seed"),
  ])
  func faultsAreCaught(_ fault: FaultyStart.Fault, by check: String) {
    Verdicts(FaultyStart { $0.fault = fault }).expectCaught(by: check)
  }

  @Test func aWrongLawIsCaught() {
    let verdicts = Conformance.verdicts(
      of: FaultyStart {
        $0.fault = .wrongLaw
      }, startsFollow: .normal(mean: 0, deviation: 1))
    Verdicts(verdicts).expectCaught(by: "law")
    let uniform = Conformance.verdicts(of: FaultyStart(), startsFollow: .uniform(-2...2), options: .init(quick: true))
    Verdicts(uniform).expectCaught(by: "law")
  }
}

@Suite struct DatasetConformanceTests {
  @Test func rightOnesPass() { Verdicts(FaultySquare()).expectPasses() }

  @Test(arguments: [
    (FaultySquare.Fault.outside, "support"), (.wrongDensity, "density"), (.ignoresSeed, "seed"),
    (.wrongLabels, "labels"),
    (.emptyMode, "modes"),
  ])
  func faultsAreCaught(_ fault: FaultySquare.Fault, by check: String) {
    Verdicts(FaultySquare { $0.fault = fault }).expectCaught(by: check)
  }
}

@Suite struct MetricConformanceTests {
  @Test func rightOnesPass() { Verdicts(FaultyRadius()).expectPasses() }

  @Test(arguments: [
    (FaultyRadius.Fault.noError, "error bars"), (.ignoresSamples, "sensitivity"), (.isNotANumber, "figures"),
    (.errorTooSmall, "agreement"),
  ])
  func faultsAreCaught(_ fault: FaultyRadius.Fault, by check: String) {
    Verdicts(FaultyRadius { $0.fault = fault }).expectCaught(by: check)
  }
}

@Suite struct OptimizerConformanceTests {
  @Test func rightOnesPass() { Verdicts(FaultyDescent()).expectPasses() }

  @Test func faultsAreCaught() {
    Verdicts(FaultyDescent { $0.fault = .ascends }).expectCaught(by: "minimum of a quadratic")
    Verdicts(FaultyDescent { $0.fault = .rateIsNotANumber }).expectCaught(by: "learning rates")
  }
}
