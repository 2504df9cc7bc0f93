import EBM
import EBMCommand
import Testing

/// Optimizers in recipes: each trains, and goes on with the same bits.
@Suite struct OptimizerRecipeTests {
  private static let cooperative = #"""
    optimizer={"type": "per-network",
      "energy": {"type": "adam", "learningRate": 3e-4, "rate": {"type": "warm-up", "updates": 40}},
      "initializer": {"type": "adamw", "learningRate": 1e-3, "weightDecay": 0,
        "rate": {"type": "warm-up", "updates": 40, "headStart": 10}}}
    """#

  private static let overrides: [[String]] = [
    ["optimizer=sgd", "optimizer.momentum=0.9", "optimizer.nesterov=true"],
    ["optimizer=adam", "optimizer.learningRate=1e-3"],
    ["optimizer=adamw", "optimizer.rate=warm-up", "optimizer.rate.updates=3", "optimizer.rate.then=cosine"],
    ["optimizer=rmsprop", "optimizer.centered=true", "optimizer.momentum=0.5"],
    ["optimizer=lion", "optimizer.learningRate=3e-4"],
    [#"optimizer={"type":"chain","transforms":["clip-value","adam",{"type":"weight-decay","rate":"linear"},"sgd"]}"#],
    ["optimizer=per-network", "optimizer.initializer=lion", "optimizer.energy.learningRate=2e-3"],
    ["training.microBatches=4"],
    ["training.microBatches=2", "optimizer=lion"],
    [cooperative],
  ]

  @Test(arguments: overrides)
  func resumesWithTheSameBits(words: [String]) async throws {
    let scratch = try ScratchFolder()
    let recipe =
      SmallRecipe.recovery + SmallRecipe.measuredBriefly + words
      + ["training.iterations=7", "training.checkpointEvery=3", "training.checkpointsKept=9", "training.logEvery=2"]
    let straight = await ebm(["train"] + recipe + ["--output", scratch.file("straight")])
    #expect(straight.status == .done, "\(straight.messages)")
    let copy = await ebm(["train"] + recipe + ["--output", scratch.file("copy")])
    #expect(copy.status == .done)
    let run = try RunDirectory.open(at: scratch.file("copy"))
    try run.removeCheckpoints(after: 3)
    for file in ["evaluation.json", "report.html"] { try Files.remove(run.file(file)) }
    try run.enter(.running, iteration: 3)
    let resumed = await ebm(["resume", run.path])
    #expect(resumed.status == .done && resumed.messages.contains("from iteration 3"), "\(resumed.messages)")
    let (found, expected) = (try results(of: run.path), try results(of: scratch.file("straight")))
    for (name, bytes) in expected { #expect(found[name] == bytes, "\(name)") }
  }

  /// The rates and the head start of cooperative diffusion recovery, read from what training assigns: Adam's first
  /// update moves every weight by η, whatever its gradient's size, as long as that is far above ε.
  @Test func twoRatesAndAHeadStart() throws {
    let trainer = try Trainer(
      try SmallRecipe.pipeline(SmallRecipe.recovery, Self.cooperative, "training.gradientClip=null"))
    let groups = [trainer.model.energyWeights, trainer.model.initializerWeights]
    let before = groups.map { $0.map { trainer.store[$0] ?? [] } }
    _ = try trainer.advance()
    let moves = zip(groups, before).map { weights, old in
      zip(weights, old).flatMap { weight, old in zip(trainer.store[weight] ?? [], old).map { abs($0 - $1) } }
    }
    // 3e-4 · 1/40 and 1e-3 · 11/40.
    for (moves, rate) in zip(moves, [3e-4 / 40, 1e-3 * 11 / 40] as [Float]) {
      let largest = try #require(moves.max())
      #expect(abs(largest - rate) < 0.03 * rate, "\(largest) is not \(rate)")
      // Behind a last layer of zeros weights have no gradient yet.
      #expect(moves.count { $0 > 0.9 * rate } >= 100)
    }
  }

  @Test(arguments: [
    (["optimizer=clip-norm"], #"optimizer: no optimizer is called "clip-norm""#),
    (
      ["optimizer=chain", #"optimizer.transforms=["clip-norm"]"#],
      "optimizer: without an optimizer in the chain there is no learning rate"
    ),
    (
      ["optimizer=chain", #"optimizer.transforms=["clip-norm","adamx"]"#],
      #"optimizer.transforms.1: no transform is called "adamx"; did you mean adam"#
    ),
    (["optimizer=sgd", "optimizer.nesterov=true"], "optimizer: nesterov looks ahead along a momentum, which is 0"),
    (["optimizer.rate=cosin"], #"optimizer.rate: no rate is called "cosin"; did you mean cosine"#),
  ])
  func nonsenseIsNamed(words: [String], message: String) async {
    let outcome = await ebm(["train"] + SmallRecipe.persistent + words)
    #expect(outcome.status == .wrongUsage)
    #expect(outcome.messages.contains("error: \(message)"), "\(outcome.messages)")
  }
}
