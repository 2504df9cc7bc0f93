import EBM
import EBMCommand
import Foundation
import Testing

/// A trained run is sampled in other ways than it was written down, and is a part of other models.
@Suite struct AfterTrainingTests {
  private static func trained(_ words: [String], in folder: ScratchFolder, as name: String) async -> String {
    let run = folder.file(name)
    let outcome = await ebm(["train"] + words + SmallRecipe.measuredBriefly + ["--output", run])
    #expect(outcome.status == .done, "\(outcome.messages)")
    return run
  }

  /// Samples as an array, after the command has succeeded.
  private static func samples(_ words: [String], in folder: ScratchFolder) async throws -> Tensor {
    let file = folder.file(UUID().uuidString + ".npy")
    let outcome = await ebm(["sample"] + words + ["--count", "64", "--output", file])
    #expect(outcome.status == .done, "\(words): \(outcome.messages)")
    return try Npy.read(contentsOf: URL(fileURLWithPath: file))
  }

  @Test func aRunIsSampledInOtherWays() async throws {
    let folder = try ScratchFolder()
    let run = await Self.trained(SmallRecipe.persistent, in: folder, as: "run")
    let own = try await Self.samples([run], in: folder)
    #expect(try await Self.samples([run, "sampler.steps=4"], in: folder).scalars == own.scalars, "nothing was changed")
    let ways = [
      ["sampler=hmc", "sampler.leapfrogSteps=2"], ["objective.samplingSteps=0"], ["objective.samplingSteps=30"],
      ["energy=tempered", "energy.temperature=0.5"], ["sampler=masked", "sampler.observed=[1]"],
      ["initializer=uniform-noise"], ["sampler=reduced-steps", "sampler.steps=2"], ["seed=99"],
      ["energy=sum", #"energy.terms=[{"type":"trained","run":"\#(run)"},{"type":"gaussian"}]"#],
    ]
    for way in ways {
      let points = try await Self.samples([run] + way, in: folder)
      #expect(points.shape == [64, 2] && points.scalars.allSatisfy(\.isFinite), "\(way)")
      #expect(points.scalars != own.scalars, "\(way) changes samples")
    }
  }

  /// Without steps samples are the starts: uniform ones stay in their square, observed coordinates where they began.
  @Test func noStepsAreTheStartsAlone() async throws {
    let folder = try ScratchFolder()
    let run = await Self.trained(SmallRecipe.persistent, in: folder, as: "run")
    let starts = ["initializer=uniform-noise", "initializer.lower=2", "initializer.upper=3"]
    let points = try await Self.samples([run, "objective.samplingSteps=0"] + starts, in: folder)
    #expect(points.scalars.allSatisfy { (2...3).contains($0) })
    let masked = try await Self.samples([run, "sampler=masked", "sampler.observed=[1]"] + starts, in: folder)
    let observed = stride(from: 1, to: 128, by: 2).map { masked.scalars[$0] }
    #expect(observed.allSatisfy { (2...3).contains($0) })
    #expect(stride(from: 0, to: 128, by: 2).contains { !(2...3).contains(masked.scalars[$0]) })
  }

  @Test func whatNeedsOtherWeightsIsRefusedByName() async throws {
    let folder = try ScratchFolder()
    let run = await Self.trained(SmallRecipe.persistent, in: folder, as: "run")
    func refusal(_ words: String...) async -> String {
      let outcome = await ebm(["sample", run] + words + ["--output", folder.file("none.npy")])
      #expect(outcome.status == .wrongUsage, "\(words)")
      #expect(!folder.exists("none.npy"))
      return outcome.messages
    }
    #expect(
      await refusal("energy.widths=[8,8]")
        == "error: energy.widths=[8,8]: needs other weights than were trained: energy.layers.0.weight of shape [8, 2], "
        + "which has [16, 2] in the run; energy.layers.0.bias of shape [8], which has [16] in the run; "
        + "energy.layers.1.weight of shape [8, 8], which has [8, 16] in the run\n")
    #expect(await refusal("energy=classifier").contains("energy=classifier: needs other weights"))
    #expect(
      await refusal("objective=noise-contrastive-estimation").contains(
        "objective.logNormalizer, which the run does not have"))
    #expect(
      await refusal("training.batch=3") == "error: training.batch: matters to training alone, which is done\n")
    #expect(await refusal("sampler.stepz=3").contains("did you mean steps?"))
    #expect(await refusal("sampler=gibbs").contains("gibbs takes binary or spin points, found continuous ones"))
  }

  /// The figures of a run used in another way are shown, and its own stay.
  @Test func evaluationWithSettingsLeavesTheRunAlone() async throws {
    let folder = try ScratchFolder()
    let run = await Self.trained(SmallRecipe.persistent, in: folder, as: "run")
    let before = try folder.bytes("run/evaluation.json")
    let other = await ebm(["evaluate", run, "sampler.steps=2", "objective.samplingSteps=1", "--count", "100"])
    #expect(other.status == .done && other.result.contains("Fréchet distance"), "\(other.messages)")
    #expect(try folder.bytes("run/evaluation.json") == before)
    let page = folder.file("page.html")
    #expect(await ebm(["report", run, "objective.samplingSteps=1"]).status == .wrongUsage)
    let report = await ebm(["report", run, "objective.samplingSteps=1", "--count", "100", "--output", page])
    #expect(report.status == .done && folder.exists("page.html"), "\(report.messages)")
    #expect(await ebm(["report", run, "--count", "100", "--output", page]).status == .failed, "the file is there")
    let told = "with other settings than the run was made with: objective.samplingSteps=1"
    #expect(try folder.text("page.html").contains(told))
  }

  // MARK: Trained parts

  /// What a new run is made of is not replaced by it, and a run that is made of itself is no endless descent.
  @Test func aRunIsNotMadeOfItself() async throws {
    let folder = try ScratchFolder()
    let run = await Self.trained(SmallRecipe.persistent, in: folder, as: "run")
    let words = ["train"] + SmallRecipe.persistent + SmallRecipe.measuredBriefly
    let part = ["energy=trained", "energy.run=\(run)", "energy.isFrozen=false"]
    let before = try folder.bytes("run/run.json")
    let refused = await ebm(words.filter { !$0.hasPrefix("energy") } + part + ["--output", run + "/", "--force"])
    #expect(refused.status == .failed && refused.messages.contains("the new run needs it as a part"))
    #expect(try folder.bytes("run/run.json") == before)
  }

  /// E of a sum of two runs is the sum of their energies; at a level it is that level's.
  @Test func energiesOfRunsAdd() async throws {
    let folder = try ScratchFolder()
    let first = await Self.trained(SmallRecipe.persistent, in: folder, as: "first")
    let second = await Self.trained(SmallRecipe.recovery, in: folder, as: "second")
    let registry = try ComponentRegistry(plugins: .standard)
    func model(_ path: String, _ overrides: [String] = []) throws -> TrainedModel {
      try TrainedModel(run: RunDirectory.open(at: path), overrides: overrides, registry: registry) { _ in }
    }
    let points = Tensor((0..<20).map { cos(Float($0)) }, shape: [10, 2])
    let terms = [
      #"{"type":"trained","run":"\#(first)"}"#, #"{"type":"trained","run":"\#(second)","level":3}"#,
    ].joined(separator: ",")
    let sum = try model(first, ["energy=sum", "energy.terms=[\(terms)]", "energy.weights=[2,-0.5]"])
    let found = sum.energy(at: points, level: nil)
    let parts = (try model(first).energy(at: points, level: nil), try model(second).energy(at: points, level: 3))
    for index in 0..<10 {
      let expected = 2 * parts.0[index] - 0.5 * parts.1[index]
      #expect(abs(found[index] - expected) < 1e-5 * max(1, abs(parts.0[index]), abs(parts.1[index])))
    }
  }

  /// Training goes on from another run's weights, or leaves them as they are.
  @Test(arguments: [true, false]) func firstWeightsComeFromARun(isFrozen: Bool) async throws {
    let folder = try ScratchFolder()
    let run = await Self.trained(SmallRecipe.persistent, in: folder, as: "first")
    let energy = #"energy={"type":"sum","terms":[{"type":"trained","run":"\#(run)","isFrozen":\#(isFrozen)},"mlp"]}"#
    let words = SmallRecipe.persistent.filter { !$0.hasPrefix("energy") }
    let next = await Self.trained(words + [energy], in: folder, as: "second")
    let old = try Checkpoints.modelTensors(in: run + "/checkpoints/000004")
    let begun = try Checkpoints.modelTensors(in: next + "/checkpoints/000000")
    let ended = try Checkpoints.modelTensors(in: next + "/checkpoints/000004")
    let (name, own) = ("energy.layers.0.weight", "energy.terms.0.trained.layers.0.weight")
    #expect(begun[own]?.scalars == old[name]?.scalars)
    #expect((ended[own]?.scalars == old[name]?.scalars) == isFrozen)
    // A run that holds another one is sampled and resumed like any.
    #expect(try await Self.samples([next], in: folder).scalars.allSatisfy(\.isFinite))
  }

  @Test func runsThatCannotBePartsAreRefused() async throws {
    let folder = try ScratchFolder()
    let run = await Self.trained(SmallRecipe.persistent, in: folder, as: "run")
    func refusal(_ energy: String, _ more: String...) async -> String {
      let words = SmallRecipe.persistent.filter { !$0.hasPrefix("energy") } + ["energy=\(energy)"] + more
      let outcome = await ebm(["train"] + words + ["--output", folder.file("none")])
      #expect(outcome.status == .wrongUsage && !folder.exists("none"), "\(energy)")
      return outcome.messages
    }
    #expect(await refusal("trained") == "error: energy.run: found nothing, expected the folder of a trained run\n")
    #expect(
      await refusal(#"{"type":"trained","run":"\#(folder.file("nowhere"))"}"#).hasPrefix("error: energy.run: "))
    #expect(
      await refusal(#"{"type":"trained","run":"\#(run)","level":2}"#)
        == "error: energy.level: found 2, expected null or 0: the run has no noise levels\n")
    #expect(
      await refusal(#"{"type":"trained","run":"\#(run)","isFrozen":false}"#, "dataset=digits")
        .contains(
          "energy.run: it was trained on continuous points of shape [2], found continuous points of shape [8, 8, 1]"))
    // Frozen, there is nothing to learn.
    #expect(await refusal(#"{"type":"trained","run":"\#(run)"}"#).contains("has no weights to learn"))
  }

  // MARK: Chains

  /// Means and variances of a known law within four Monte Carlo errors, from arrays with chain and draw axes.
  @Test(arguments: ["nuts", "hmc", "mala"]) func chainsHaveTheLaw(sampler: String) async throws {
    let folder = try ScratchFolder()
    let file = folder.file("draws.npz")
    let words = [
      "sample", "energy=gaussian", "energy.mean=[1,-2]", "energy.covariance=[[1,0.6],[0.6,2]]", "sampler=\(sampler)",
      "chains=16", "draws=400", "warmUp=200", "thinning=2", "seed=3", "--output", file,
    ]
    let outcome = await ebm(words)
    #expect(outcome.status == .done && outcome.result.contains("R-hat"), "\(outcome.messages)")
    let arrays = try Npz(contentsOf: URL(fileURLWithPath: file))
    let x = try arrays.tensor(named: "x")
    #expect(x.shape == [16, 400, 2])
    for name in ["lp", "acceptance_rate", "diverging"] { #expect(try arrays.tensor(named: name).shape == [16, 400]) }
    for (coordinate, (mean, variance)) in [(1.0, 1.0), (-2.0, 2.0)].enumerated() {
      let chains = (0..<16).map { chain in
        (0..<400).map { draw in Double(x.scalars[(chain * 400 + draw) * 2 + coordinate]) }
      }
      let draws = ChainDraws(chains)
      let error = try #require(draws.meanStandardError)
      #expect(abs(draws.mean - mean) < 4 * error)
      let squares = ChainDraws(chains.map { $0.map { ($0 - mean) * ($0 - mean) } })
      #expect(abs(squares.mean - variance) < 4 * (try #require(squares.meanStandardError)))
    }
    // lp is −E, up to rounding.
    let lp = try arrays.tensor(named: "lp").scalars
    let (a, b) = (x.scalars[0] - 1, x.scalars[1] + 2)
    let energy = 0.5 * (2 * a * a - 1.2 * a * b + b * b) / (2 - 0.36)
    #expect(abs(lp[0] + energy) < 1e-4 * max(1, energy))
  }

  @Test func chainsRunOnTrainedRunsAlike() async throws {
    let folder = try ScratchFolder()
    let run = await Self.trained(SmallRecipe.recovery, in: folder, as: "run")
    let file = folder.file("draws.npz")
    let words = ["sample", run, "sampler=mala", "chains=4", "draws=20", "warmUp=20", "level=2", "--output", file]
    let outcome = await ebm(words)
    #expect(outcome.status == .done, "\(outcome.messages)")
    #expect(try Npz(contentsOf: URL(fileURLWithPath: file)).tensor(named: "x").shape == [4, 20, 2])
    #expect(await ebm(words + ["--force", "level=17"]).messages.contains("level: found 17, expected 0 to 5"))
    #expect(await ebm(["sample", "chains=4"]).messages.hasPrefix("error: energy: missing"))
    #expect(await ebm(["sample", "energy=banana"]).messages.hasPrefix("error: sampler: missing"))
    #expect(await ebm(["sample", "energy=mlp", "sampler=mala"]).status == .wrongUsage)
    // Too few for diagnostics are still draws.
    for draws in 1...4 {
      let few = await ebm(["sample", run, "chains=2", "draws=\(draws)", "warmUp=0", "--output", file, "--force"])
      #expect(few.status == .done && few.result.contains("2 × \(draws) draws"), "\(few.messages)")
    }
    #expect(
      await ebm(["sample", run, "chains=0"]).messages.contains("chains: found 0, expected an integer from 1 to"))
  }
}
