import EBMCore
import FileFormats
import TestSupport
import Testing

@Suite struct RecipeTests {
  private func recipe(_ overrides: [String] = []) throws -> Recipe {
    try Recipe.load("two-wells", from: fakeRegistry()).applying(overrides: overrides)
  }

  @Test func resolvesEveryDefault() throws {
    let resolved = try recipe(["seed=7"]).resolved(with: fakeRegistry())
    #expect(resolved.sections.keys == ["name", "seed", "energy", "sampler", "training", "evaluation"])
    #expect(resolved.name == "two-wells")
    #expect(resolved.seed == 7)
    #expect(resolved[.energy] == ["type": "double-well", "depth": 1.0])
    #expect(resolved[.sampler]?["steps"] == 30)
    #expect(resolved[.sampler]?["stepSize"] == 0.001)
    #expect(resolved[.training]?["batch"] == 64)
    #expect(resolved[.training]?["iterations"] == 2000)
    // Resolving again, or after printing and reading, changes nothing.
    #expect(try resolved.resolved(with: fakeRegistry()) == resolved)
    #expect(try Recipe(parsing: resolved.text) == resolved)
    #expect(try resolved.trainingSettings().batch == 64)
    #expect(try resolved.components(with: fakeRegistry()).map { type(of: $0).name } == ["double-well", "langevin"])
  }

  @Test(
    arguments: [
      (["sampler.steps=3"], ["type": "langevin", "steps": 3]),
      (["sampler=mala"], "mala"),
      (["sampler.type=mala"], "mala"),
      (["sampler=langevin"], ["type": "langevin", "steps": 30]),
      (["sampler.steps=3", "sampler=mala"], ["type": "mala", "steps": 3]),
      (["sampler=mala", "sampler.steps=3"], ["type": "mala", "steps": 3]),
      (["sampler.steps=3", "sampler.steps=4"], ["type": "langevin", "steps": 4]),
      (["sampler.steps=1e2"], ["type": "langevin", "steps": 100.0]),
      ([#"sampler={"steps": 5}"#], ["type": "langevin", "steps": 5]),
      ([#"sampler={"type": "langevin", "clip": 1}"#], ["type": "langevin", "steps": 30, "clip": 1]),
      ([#"sampler={"type": "mala", "steps": 5}"#], ["type": "mala", "steps": 5]),
      ([#"sampler={"type": "mala"}"#], ["type": "mala"]),
      (["sampler.noise=student"], ["type": "langevin", "steps": 30, "noise": "student"]),
      (["sampler.noise=a=b"], ["type": "langevin", "steps": 30, "noise": "a=b"]),
      (["sampler=null"], .null),
    ] as [([String], JSONValue)])
  func overridesSampler(overrides: [String], sampler: JSONValue) throws {
    #expect(try recipe(overrides)[.sampler] == sampler)
  }

  @Test func overridesReachInsidePartsAndLists() throws {
    let changed = try recipe([
      "energy.depth=2", "initializer=learned-gaussian", "initializer.network=deep-mlp", "initializer.network.depth=2",
      #"metrics=["mmd", "mmd"]"#, "metrics.1.samples=5", "training.batch=8",
    ]).resolved(with: fakeRegistry())
    #expect(changed[.energy]?["depth"] == 2.0)
    #expect(changed[.initializer]?["network"] == ["type": "deep-mlp", "depth": 2, "width": 32])
    #expect(changed[.metrics] == [["type": "mmd", "samples": 1000], ["type": "mmd", "samples": 5]])
    #expect(changed[.training]?["batch"] == 8)
  }

  @Test(arguments: [
    ("steps", #"found "steps", expected key=value such as sampler.steps=30"#),
    ("=3", #"found "=3", expected key=value such as sampler.steps=30"#),
    ("sampler..steps=3", #"found "sampler..steps=3", expected key=value such as sampler.steps=30"#),
    (
      #"sampler={"steps":"#,
      #"sampler: found "{\"steps\":", expected JSON; at character 10: found the end of the text, expected a value"#
    ),
    ("seed=18446744073709551616", "seed: the integer 18446744073709551616 does not fit 64 bits"),
    ("metrics.3.samples=1", "metrics.3: no such place in a list of 1, expected 0 to 0"),
  ])
  func refusesMalformedOverrides(override: String, message: String) throws {
    var recipe = try recipe()
    recipe[.metrics] = ["mmd"]
    #expect(messages { _ = try recipe.applying(overrides: [override]) } == [message])
  }

  @Test(arguments: [
    ("sampler.steps=-3", "sampler.steps: found -3, expected an integer, at least 1"),
    ("sampler.stpes=3", "sampler.stpes: no such setting of sampler.langevin; did you mean steps?"),
    ("smapler=mala", "smapler: a recipe has no such section; did you mean sampler?"),
    ("iterations=5", "iterations: a recipe has no such section; did you mean training.iterations?"),
    ("sampler=malla", #"sampler: no sampler is called "malla"; did you mean mala?"#),
    ("seed=-1", "seed: found -1, expected an integer, at least 0"),
    ("seed=nan", #"seed: found "nan", expected an integer, at least 0"#),
    ("name=3", "name: found 3, expected text"),
    ("metrics=mmd", #"metrics: found "mmd", expected a list, each element a metric"#),
    ("metrics=[\"mdm\"]", #"metrics.0: no metric is called "mdm"; did you mean mmd?"#),
    ("training.batch=big", #"training.batch: found "big", expected an integer, at least 1"#),
    (
      "training=3",
      "training: found 3, expected an object with iterations, batch, microBatches, averagingDecay, gradientClip, "
        + "checkpointEvery, checkpointsKept, logEvery, threads, onDivergence, rollbacks"
    ),
    (
      #"schedule={"type": "linear", "minimum": 0.9, "maximum": 0.5}"#,
      "schedule: minimum 0.9 is not below maximum 0.5"
    ),
    ("sampler.steps.deep=1", #"sampler.steps: found {"deep": 1}, expected an integer, at least 1"#),
  ])
  func refusesInOneLine(override: String, message: String) throws {
    #expect(messages { _ = try recipe([override]).resolved(with: fakeRegistry()) } == [message])
  }

  @Test func collectsTheProblemsOfAllSections() throws {
    let overrides = ["sampler.steps=0", "energy.deth=2", "training.batch=0", "objetive=x", "dataset=none"]
    #expect(
      messages { _ = try recipe(overrides).resolved(with: fakeRegistry()) } == [
        "objetive: a recipe has no such section; did you mean objective?",
        #"dataset: no dataset is called "none""#,
        "energy.deth: no such setting of energy.double-well; did you mean depth?",
        "sampler.steps: found 0, expected an integer, at least 1",
        "training.batch: found 0, expected an integer, at least 1",
      ])
  }

  @Test func componentsMakeARecipe() throws {
    var training = TrainingSettings()
    training.batch = 3
    let made = try Recipe(
      name: "made", seed: 9, components: [FakeMetric(), FakeMALA(), FakeWell(depth: 2), FakeMetric(samples: 2)],
      training: training)
    #expect(made.sections.keys == ["name", "seed", "energy", "sampler", "training", "evaluation", "metrics"])
    #expect(try made.resolved(with: fakeRegistry()) == made)
    #expect(made[.metrics]?.arrayValue?.count == 2)
    #expect(
      messages { _ = try Recipe(name: "", components: [FakeMALA(), FakeLangevin()]) }
        == ["sampler: found mala and langevin, expected one sampler"])
    #expect(
      messages { _ = try Recipe(name: "", components: [SmallNetwork()]) }
        == ["small-mlp: a network is a part of another component, not of a pipeline"])
  }

  @Test func loadsFilesAndNames() throws {
    try withTemporaryFolder { folder in
      let registry = try fakeRegistry()
      let file = folder + "/mine.json"
      try Files.replace(file, with: Array(#"{"sampler": "mala"}"#.utf8))
      #expect(try Recipe.load(file, from: registry).sections == ["sampler": "mala"])
      try Files.replace(file, with: Array("{\n  \"sampler\": \"mala\"\n  \"seed\": 1}".utf8))
      #expect(
        messages { _ = try Recipe.load(file, from: registry) } == [#"\#(file):3:3: found """, expected "," or "}""#])
      try Files.replace(file, with: Array("[1]".utf8))
      #expect(
        messages { _ = try Recipe.load(file, from: registry) }
          == ["\(file): found [1], expected a recipe, which is a JSON object"])
      try Files.replace(file, with: [0x22, 0xFF, 0x22])
      #expect(
        messages { _ = try Recipe.load(file, from: registry) }
          == ["\(file): cannot read the recipe: it is not UTF-8 text"])
      #expect(
        messages { _ = try Recipe.load(folder, from: registry) }
          == ["\(folder): cannot read the recipe: it is a folder"])
      #expect(
        messages { _ = try Recipe.load("none/x.json", from: registry) }
          == ["none/x.json: cannot read the recipe: No such file or directory"])
      #expect(
        messages { _ = try Recipe.load("two-wels", from: registry) }
          == [#"no built-in recipe is called "two-wels"; did you mean two-wells?"#])
    }
  }
}
