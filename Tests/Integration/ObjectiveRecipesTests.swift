import EBM
import EBMCommand
import Testing

/// Every objective's recipe trains end to end to a quality on data that it has not seen, and `ebm compare` shows all.
@Suite(.serialized) struct ObjectiveRecipesTests {
  /// How good the model of a recipe is at least.
  struct Bound: Sendable {
    let recipe: String
    /// MMD² to fresh data, at most.
    let discrepancy: Double
    /// Log likelihood of fresh data, at least, by the lower bound. That of the true density is −1.006 on two moons and
    /// −7.735 on the spins.
    let likelihood: Double
    /// KL(true ‖ model), at most.
    let divergence: Double
  }

  /// Seen with seeds 1, 2, 3: MMD²; log likelihood; KL. The bounds are the worst of the three and 4 of its standard errors
  /// (0.0001 to 0.0007 of MMD², 0.013 to 0.022 of the likelihood, 0.042 on the spins), of KL 4 standard deviations of the
  /// three, 0.01 at least.
  static let bounds = [
    // 0.0004, 0.0002, 0.0018; −1.073, −1.059, −1.053; 0.069, 0.045, 0.054
    Bound(recipe: "ml-two-moons", discrepancy: 0.0037, likelihood: -1.130, divergence: 0.105),
    // 0.0007, 0.0012, 0.0003; −1.067, −1.060, −1.071; 0.065, 0.064, 0.055
    Bound(recipe: "cd-two-moons", discrepancy: 0.0024, likelihood: -1.129, divergence: 0.087),
    // 0.0001, 0.0006, 0.0002; −1.059, −1.064, −1.059; 0.041, 0.060, 0.036
    Bound(recipe: "pcd-two-moons", discrepancy: 0.0015, likelihood: -1.144, divergence: 0.112),
    // 0.0020, 0.0038, 0.0032; −1.370, −1.406, −1.432; 0.367, 0.421, 0.393
    Bound(recipe: "coopnets-two-moons", discrepancy: 0.0062, likelihood: -1.514, divergence: 0.530),
    // −0.0001, 0.0001, −0.0000; −1.051, −1.023, −1.025; 0.011, 0.015, 0.010
    Bound(recipe: "jem-two-moons", discrepancy: 0.0009, likelihood: -1.118, divergence: 0.026),
    // 0.0005, 0.0000, 0.0001; −1.061, −1.047, −1.040; 0.044, 0.045, 0.034
    Bound(recipe: "recovery-two-moons", discrepancy: 0.0014, likelihood: -1.128, divergence: 0.071),
    // 0.0000, 0.0001, 0.0000; −1.057, −1.064, −1.073; 0.038, 0.045, 0.047
    Bound(recipe: "drl-two-moons", discrepancy: 0.0006, likelihood: -1.147, divergence: 0.066),
    // −0.0001, −0.0001, 0.0001; −1.133, −1.232, −1.164; 0.085, 0.161, 0.129
    Bound(recipe: "cdrl-two-moons", discrepancy: 0.0006, likelihood: -1.320, divergence: 0.313),
    // 0.0003, 0.0030, 0.0014; −1.088, −1.104, −1.096; 0.066, 0.079, 0.081
    Bound(recipe: "dsm-two-moons", discrepancy: 0.0056, likelihood: -1.157, divergence: 0.113),
    // 0.0008, −0.0001, −0.0001; −1.067, −1.027, −1.040; 0.036, 0.014, 0.021
    Bound(recipe: "ncsn-two-moons", discrepancy: 0.0018, likelihood: -1.132, divergence: 0.080),
    // 0.0016, 0.0026, 0.0010; −1.022, −1.036, −1.027; 0.016, 0.024, 0.015
    Bound(recipe: "sm-two-moons", discrepancy: 0.0051, likelihood: -1.112, divergence: 0.045),
    // 0.0019, 0.0023, 0.0017; −1.018, −1.026, −1.017; 0.016, 0.017, 0.020
    Bound(recipe: "ssm-two-moons", discrepancy: 0.0046, likelihood: -1.107, divergence: 0.028),
    // −0.0001, −0.0002, −0.0000; −1.023, −1.009, −1.040; 0.008, 0.005, 0.007
    Bound(recipe: "nce-two-moons", discrepancy: 0.0005, likelihood: -1.113, divergence: 0.018),
    // 0.0026, 0.0011, 0.0012; −1.072, −1.133, −1.034; 0.045, 0.094, 0.037
    Bound(recipe: "guidance-two-moons", discrepancy: 0.0048, likelihood: -1.207, divergence: 0.218),
    // −0.0000, 0.0001, −0.0001; −7.833, −7.701, −7.727; 0.002, 0.002, 0.002
    Bound(recipe: "pl-ising-spins", discrepancy: 0.0006, likelihood: -8.001, divergence: 0.012),
  ]

  /// The kernel of the peers' comparison on two moons; recipes take its width from the data.
  private static func kernel(of recipe: String) -> [String] {
    recipe.hasSuffix("two-moons") ? ["metrics.0.bandwidth=0.3", "metrics.0.kernels=1"] : []
  }

  @Test func recipesTrainToTheirBounds() async throws {
    let scratch = try ScratchFolder()
    for bound in Self.bounds {
      let (name, folder) = (bound.recipe, scratch.file(bound.recipe))
      let outcome = await ebm(["train", name, "seed=1", "--output", folder] + Self.kernel(of: name))
      #expect(outcome.status == .done, "\(name): \(outcome.messages)")
      let figures = try RunDirectory.open(at: folder).evaluation().figures
      func figure(_ title: String) throws -> Figure {
        try #require(figures.first { $0.name == title }, "\(name) has no \(title)")
      }
      let discrepancy = try figure("MMD²")
      #expect(discrepancy.value < bound.discrepancy, "\(name): \(discrepancy)")
      let likelihood = try figure("log likelihood, lower bound")
      #expect(likelihood.value > bound.likelihood, "\(name): \(likelihood)")
      let divergence = try figure("KL(true‖model)")
      #expect(divergence.value < bound.divergence, "\(name): \(divergence)")
      // Both ends of the bracket are ln Z where annealing goes well: they are apart by their errors, and by little more.
      let width = try figure("ln Z, bracket width")
      #expect(abs(width.value) <= 4 * (width.standardError ?? 0) + 0.05, "\(name): \(width)")
    }
    try await compare(Self.bounds.map { scratch.file($0.recipe) })
  }

  private func compare(_ runs: [String]) async throws {
    let outcome = await ebm(["compare"] + runs)
    #expect(outcome.status == .done, "\(outcome.messages)")
    for title in runs + ["seconds", "MMD²", "log likelihood, lower bound", "ln Z, bracket width", "KL(true‖model)"] {
      #expect(outcome.result.contains(title), "\(title)")
    }
    let chosen = await ebm(["compare"] + runs + ["--markdown", "--figures", "log likelihood, lower bound,MMD²"])
    let rows = chosen.result.split(separator: "\n").map(String.init)
    #expect(rows.filter { $0.hasPrefix("| /") && $0.contains(" ± ") }.count == runs.count)
    #expect(rows.first == "| run | seconds | log likelihood, lower bound | MMD² |")
    #expect(rows.dropFirst().first == "| --- | --- | --- | --- |")
    let wrong = await ebm(["compare"] + runs + ["--figures", "MMD"])
    #expect(wrong.status == .wrongUsage && wrong.messages.contains("did you mean MMD²?"), "\(wrong.messages)")
    let json = try JSONValue(parsing: await ebm(["compare"] + runs + ["--json"]).result, source: "compare")
    let first = try #require(json.arrayValue?.first)
    #expect((first["trainingSeconds"]?.numberValue ?? 0) > 0)
    #expect((first["figures"]?.arrayValue?.first?["standardError"]?.numberValue ?? 0) > 0)
  }

  /// Every objective has a recipe that is tested here.
  @Test func everyObjectiveHasARecipe() throws {
    let registry = try ComponentRegistry(plugins: .standard)
    var trained: Set<String> = []
    for bound in Self.bounds {
      let objective = try Recipe.load(bound.recipe, from: registry).resolved(with: registry)[.objective]
      if let name = objective?["type"]?.stringValue { trained.insert(name) }
    }
    let missing = registry.entries(in: .objective).map(\.name).filter { !trained.contains($0) }
    #expect(missing.isEmpty, "\(missing)")
  }

  /// Samples of one class of a guided model are points of that moon, more surely than those of the data are.
  @Test func guidanceKeepsToTheClass() throws {
    let words = ["guidance-two-moons", "seed=1", "training.iterations=2000", "objective.label=2"]
    for weight in ["0", "2"] {
      let pipeline = try SmallRecipe.pipeline(words, "objective.weight=\(weight)")
      let trainer = try Trainer(pipeline)
      while trainer.iteration < 2_000 { _ = try trainer.advance() }
      let trained = TrainedModel(pipeline: pipeline, model: trainer.model, store: trainer.averagedStore())
      let points = try #require(trained.samples(4_000, seed: 3).last?.points).scalars
      // The moons touch nowhere within three deviations: each point is of the moon whose curve is nearer.
      let isRight = stride(from: 0, to: points.count, by: 2).map { Self.moon(points[$0], points[$0 + 1]) == 2 }
      let share = Double(isRight.count { $0 }) / Double(isRight.count)
      #expect(share > 0.99, "weight \(weight): \(share)")
    }
  }

  /// The moon whose half circle is nearer, 1 for the upper.
  private static func moon(_ x: Float, _ y: Float) -> Int {
    func distance(_ sign: Float) -> Float {
      let (dx, dy) = (sign * x + 0.5, sign * y + 0.25)
      if dy >= 0 { return abs((dx * dx + dy * dy).squareRoot() - 1) }
      let nearest = dx > 0 ? dx - 1 : dx + 1
      return (nearest * nearest + dy * dy).squareRoot()
    }
    return distance(1) < distance(-1) ? 1 : 2
  }
}
