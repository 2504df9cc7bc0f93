import EBMCore
import EBMTesting
import Testing

@Suite struct SettingsConformanceTests {
  @Test func rightOnesPass() { Verdicts(FaultySettings()).expectPasses() }

  @Test(arguments: [FaultySettings.Fault.rounds, .forgets])
  func settingsThatDoNotComeBackAreCaught(_ fault: FaultySettings.Fault) {
    Verdicts(FaultySettings { $0.fault = fault }).expectCaught(by: "settings round trip")
  }

  @Test func settingsThatTheTableDoesNotCheckAreCaught() {
    Verdicts(TooWideSettings()).expectCaught(by: "settings round trip")
  }

  @Test func misnamedSettingsAreCaught() { Verdicts(MisnamedSettings()).expectCaught(by: "registration") }
}

@Suite struct ScheduleConformanceTests {
  @Test(arguments: [FaultySchedule.Fault.none, .exploding])
  func rightOnesPass(_ fault: FaultySchedule.Fault) { Verdicts(FaultySchedule { $0.fault = fault }).expectPasses() }

  @Test(arguments: [
    (FaultySchedule.Fault.rises, "levels"), (.losesVariance, "variance preserved"),
    (.changes, "same table again"),
  ])
  func faultsAreCaught(_ fault: FaultySchedule.Fault, by check: String) {
    Verdicts(FaultySchedule { $0.fault = fault }).expectCaught(by: check)
  }
}
