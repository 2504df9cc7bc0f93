import EBMCore
import FileFormats
import TestSupport
import Testing

@Suite struct ComponentSettingsTests {
  private func sampler(_ value: JSONValue) throws -> any Component {
    try fakeRegistry().component(value, as: .sampler, at: "sampler")
  }

  @Test func aNameMeansEveryDefault() throws {
    #expect(try sampler("langevin") as? FakeLangevin == FakeLangevin())
    #expect(try sampler(["type": "langevin"]) as? FakeLangevin == FakeLangevin())
  }

  @Test func settingsAreLaidOverDefaults() throws {
    var expected = FakeLangevin()
    expected.steps = 30
    expected.stepSize = 2
    expected.clip = 0.5
    expected.noise = "student"
    expected.adapt = true
    // Numbers without a fraction may be written either way.
    let value: JSONValue = [
      "type": "langevin", "steps": 30.0, "stepSize": 2, "clip": 0.5, "noise": "student", "adapt": true,
    ]
    #expect(try sampler(value) as? FakeLangevin == expected)
  }

  @Test func resolvingIsCompleteAndNormal() throws {
    let value: JSONValue = ["stepSize": 2, "type": "langevin", "steps": 30.0]
    #expect(
      try fakeRegistry().resolved(value, as: .sampler, at: "sampler").compactText
        == #"{"type": "langevin", "steps": 30, "stepSize": 2.0, "clip": null, "noise": "gaussian", "adapt": false}"#)
    #expect(
      try fakeRegistry().resolved("langevin", as: .sampler, at: "").compactText
        == #"{"type": "langevin", "steps": 15, "stepSize": 0.001, "clip": null, "noise": "gaussian", "adapt": false}"#)
  }

  @Test(
    arguments: [
      (["type": "langevin", "steps": -3], "sampler.steps: found -3, expected an integer, at least 1"),
      (["type": "langevin", "steps": 1.5], "sampler.steps: found 1.5, expected an integer, at least 1"),
      (["type": "langevin", "steps": "many"], #"sampler.steps: found "many", expected an integer, at least 1"#),
      (["type": "langevin", "steps": .null], "sampler.steps: found null, expected an integer, at least 1"),
      (["type": "langevin", "stepSize": 0], "sampler.stepSize: found 0, expected a number above 0"),
      (
        ["type": "langevin", "stepSize": .number(.infinity)],
        #"sampler.stepSize: found "Infinity", expected a number above 0"#
      ),
      (["type": "langevin", "stepSize": .number(.nan)], #"sampler.stepSize: found "NaN", expected a number above 0"#),
      (["type": "langevin", "stepSize": 1e300], "sampler.stepSize: found 1e+300, expected a number that fits 32 bits"),
      (["type": "langevin", "clip": -1], "sampler.clip: found -1, expected null or a number above 0"),
      (
        ["type": "langevin", "noise": "gausian"],
        #"sampler.noise: found "gausian", expected one of gaussian, student; did you mean gaussian?"#
      ),
      (["type": "langevin", "adapt": 1], "sampler.adapt: found 1, expected true or false"),
      (["type": "langevin", "stpes": 3], "sampler.stpes: no such setting of sampler.langevin; did you mean steps?"),
      (
        ["type": "langevin", "zzz": 3],
        "sampler.zzz: no such setting of sampler.langevin, expected one of steps, stepSize, clip, noise, adapt"
      ),
      (["type": "mala", "acceptance": 1.01], "sampler.acceptance: found 1.01, expected a number in [0, 1]"),
      (["type": "langevn"], #"sampler: no sampler is called "langevn"; did you mean langevin?"#),
      (["type": 3], "sampler.type: found 3, expected the name of a sampler"),
      (["steps": 3], "sampler.type: the type of a sampler is missing, expected one of langevin, mala"),
      (7, #"sampler: found 7, expected a sampler: its name, or an object with "type""#),
      ("hcm", #"sampler: no sampler is called "hcm", expected one of langevin, mala"#),
    ] as [(JSONValue, String)])
  func refuses(value: JSONValue, message: String) {
    #expect(messages { _ = try sampler(value) } == [message])
  }

  @Test func collectsEveryProblem() {
    let value: JSONValue = ["type": "langevin", "steps": 0, "stepSize": -1, "sped": true, "noise": 1]
    #expect(messages { _ = try sampler(value) }.count == 4)
  }

  @Test func settingsThatDoNotGoTogether() throws {
    let registry = try fakeRegistry()
    #expect(
      messages { _ = try registry.component(["type": "linear", "minimum": 0.95], as: .schedule, at: "schedule") }
        == ["schedule: minimum 0.95 is not below maximum 0.9"])
  }

  @Test func trainingSettingsHaveATableThatFits() throws {
    let registry = ComponentRegistry()
    #expect(try registry.settings([:], as: TrainingSettings.self, at: "training") == TrainingSettings())
    let object = try JSONValue(encoding: TrainingSettings()).objectValue
    #expect(object?.keys == TrainingSettings.settings.map(\.key))
    let value: JSONValue = [
      "iterations": 0, "averagingDecay": 1, "gradientClip": .null, "onDivergence": "stopp", "bach": 3, "type": "x",
    ]
    #expect(
      messages { _ = try registry.settings(value, as: TrainingSettings.self, at: "training") } == [
        "training.iterations: found 0, expected an integer, at least 1",
        "training.averagingDecay: found 1, expected a number in [0, 1)",
        #"training.onDivergence: found "stopp", expected one of rollback, stop; did you mean stop?"#,
        "training.bach: no such setting of training; did you mean batch?",
        "training.type: no such setting of training, expected one of iterations, batch, microBatches, averagingDecay, "
          + "gradientClip, checkpointEvery, checkpointsKept, logEvery, threads, onDivergence, rollbacks",
      ])
    let off = try registry.settings(["gradientClip": .null], as: TrainingSettings.self, at: "training")
    #expect(off.gradientClip == nil)
  }
}
