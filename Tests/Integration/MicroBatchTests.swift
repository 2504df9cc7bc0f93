import EBM
import EBMCommand
import Foundation
import Testing

/// Batches that are computed in parts.
@Suite struct MicroBatchTests {
  /// E(x) = ½ ‖x − μ‖², learned by its mean over the data: the gradient of a batch is μ minus its mean.
  private struct Center: Energy {
    static let name = "center"
    static let summary = "Distance from a point."
    func function(over space: SampleSpace, in scope: ParameterScope) -> any EnergyFunction {
      Function(point: scope.parameter("point", shape: space.shape, .constant(0.5)))
    }
    struct Function: EnergyFunction {
      let point: Parameter
      func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
        0.5 * (x - point.tensor).squared().sum(alongAxes: 1)
      }
    }
  }

  private struct MeanEnergy: Objective, ObjectiveFunction {
    static let name = "mean-energy"
    static let summary = "Mean energy."
    func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
      Losses(energy: model.energy(data, Condition(), &context).mean())
    }
    func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] { [] }
    func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
      model.energy(points, Condition(), &context)
    }
  }

  /// Steps in the order in which parts are asked for, and one gradient that stands in for all.
  private struct Watching: GradientReduction {
    let numbers: @Sendable (Int, [[Float]]) -> Void
    func reduce(parts: Int, _ part: (Int) throws -> [[Float]]) throws -> [[Float]] {
      try MeanOfParts().reduce(parts: parts) {
        let result = try part($0)
        numbers($0, result)
        return result
      }
    }
  }

  private func pipeline(of file: String, parts: Int) throws -> Pipeline {
    var training = TrainingSettings()
    (training.batch, training.microBatches, training.gradientClip) = (24, parts, 0.5)
    return try Pipeline("parts", seed: 5, training: training) {
      NpyFile { $0.path = file }
      Center()
      MeanEnergy()
      Adam { $0.learningRate = 0.05 }
    }
  }

  /// Of data in files, a batch in parts has the same rows, and its gradient is that of the batch up to rounding: sums of
  /// 24 numbers below 10, half a unit in the last place each, in an update that divides by their size.
  @Test(arguments: [2, 3, 8, 24])
  func partsAreTheBatch(parts: Int) throws {
    let scratch = try ScratchFolder()
    let values = (0..<300).map { Float(($0 * $0) % 97) / 10 }
    try Npy.write(Tensor(values, shape: [150, 2]), to: URL(fileURLWithPath: scratch.file("rows.npy")))
    let whole = try Trainer(try pipeline(of: scratch.file("rows.npy"), parts: 1))
    let split = try Trainer(try pipeline(of: scratch.file("rows.npy"), parts: parts))
    for _ in 0..<20 {
      let (expected, found) = (try whole.advance(), try split.advance())
      for (e, f) in zip(expected, found) { #expect(abs(e - f) <= 1e-5 * max(1, abs(e))) }
      for (e, f) in zip(whole.model.energyWeights, split.model.energyWeights) {
        for (x, y) in zip(try #require(whole.store[e]), try #require(split.store[f])) { #expect(abs(x - y) < 1e-5) }
      }
    }
    #expect(whole.diagnostics == split.diagnostics)
    #expect(split.peakBytes > 0 && !split.programSummary.isEmpty)
    #expect(try split.diagnose() == nil)
  }

  /// One part through two programs is the same as one program, to the last bit.
  @Test(arguments: [SmallRecipe.persistent, SmallRecipe.recovery])
  func separateProgramsHaveTheSameBits(recipe: [String]) throws {
    var steps = TrainingSteps()
    steps.reduction = MeanOfParts()
    let whole = try Trainer(try SmallRecipe.pipeline(recipe))
    let split = try Trainer(try SmallRecipe.pipeline(recipe), steps: steps)
    for _ in 0..<4 { #expect(try whole.advance().map(\.bitPattern) == split.advance().map(\.bitPattern)) }
    for (one, other) in zip(whole.model.scope.parameters, split.model.scope.parameters) {
      #expect(whole.store[one]?.map(\.bitPattern) == split.store[other]?.map(\.bitPattern), "\(one.name)")
    }
  }

  /// Parts are asked for in order, once each, with the gradient of each weight and the numbers that are reported; they
  /// draw different data.
  @Test func aReductionSeesEveryPart() throws {
    let seen = Seen()
    var steps = TrainingSteps()
    steps.reduction = Watching { seen.add($0, $1) }
    let trainer = try Trainer(try SmallRecipe.pipeline(SmallRecipe.persistent, "training.microBatches=4"), steps: steps)
    _ = try trainer.advance()
    let parts = seen.parts
    #expect(parts.map(\.number) == [0, 1, 2, 3])
    for part in parts {
      #expect(
        part.arrays.map(\.count)
          == trainer.model.energyWeights.map { $0.shape.reduce(1, *) } + [trainer.diagnostics.count - 1])
    }
    #expect(Set(parts.map { $0.arrays[0].map(\.bitPattern) }).count == 4)
  }

  /// A gradient step of one's own is what the optimizer sees.
  @Test func gradientsCanBeReplaced() throws {
    struct Backwards: GradientStep {
      func gradients(of loss: Tensor, for weights: WeightGroup, _ context: inout Context) -> [Tensor] {
        LossGradient().gradients(of: loss, for: weights, &context).map { -$0 }
      }
    }
    var steps = TrainingSteps()
    steps.gradient = Backwards()
    let words = SmallRecipe.persistent + ["optimizer=sgd", "training.gradientClip=null"]
    let (down, up) = (
      try Trainer(try SmallRecipe.pipeline(words)), try Trainer(try SmallRecipe.pipeline(words), steps: steps)
    )
    let weights = down.model.energyWeights.map { down.store[$0] ?? [] }
    _ = (try down.advance(), try up.advance())
    for (index, before) in weights.enumerated() {
      let (a, b) = (
        try #require(down.store[down.model.energyWeights[index]]), try #require(up.store[up.model.energyWeights[index]])
      )
      for place in before.indices {
        // One is as far to one side as the other to the other one, but for rounding near the weight.
        #expect(abs(a[place] + b[place] - 2 * before[place]) <= 2.4e-7 * max(1, abs(before[place])))
      }
    }
  }

  @Test func unequalPartsAreRefused() async throws {
    let outcome = await ebm(["train"] + SmallRecipe.persistent + ["training.microBatches=3"])
    #expect(outcome.status == .wrongUsage)
    #expect(
      outcome.messages == "error: training: batch 32 does not divide into 3 microBatches of equal size\n")
    var training = TrainingSettings()
    training.microBatches = 7
    #expect(throws: ConfigurationError.self) {
      try Pipeline("x", training: training) {
        TwoMoons()
        Center()
        MeanEnergy()
        Adam()
      }
    }
  }
}

/// What parts have given.
private final class Seen: @unchecked Sendable {
  private let lock = NSLock()
  private var found: [(number: Int, arrays: [[Float]])] = []
  var parts: [(number: Int, arrays: [[Float]])] { lock.withLock { found } }
  func add(_ number: Int, _ arrays: [[Float]]) { lock.withLock { found.append((number, arrays)) } }
}
