import EBM
import EBMCommand
import Testing

/// Every objective's recipe trains end to end to a quality on data that it has not seen, and `ebm compare` shows all.
@Suite(.serialized) struct ObjectiveRecipesTests {
  /// A recipe, trained for fewer iterations than it has, and how good its model is at least.
  struct Bound: Sendable {
    let recipe: String
    let iterations: Int
    /// MMD² to fresh data, at most.
    let discrepancy: Double
    /// Log likelihood of fresh data, at least, by the lower bound. That of the true density is −1.006 on two moons and
    /// −7.82 on the spins.
    let likelihood: Double
    /// KL(true ‖ model), at most.
    let divergence: Double
  }

  static let bounds = [
    Bound(recipe: "ml-two-moons", iterations: 1_500, discrepancy: 0, likelihood: 0, divergence: 0)
  ]

  @Test func recipesTrainToTheirBounds() async throws {
    let scratch = try ScratchFolder()
    for bound in Self.bounds {
      let (name, folder) = (bound.recipe, scratch.file(bound.recipe))
      let outcome = await ebm([
        "train", name, "seed=1", "training.iterations=\(bound.iterations)", "--output", folder,
      ])
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
    let lines = outcome.result.split(separator: "\n").map(String.init)
    #expect(lines.count == runs.count + 1)
    for title in ["seconds", "MMD²", "log likelihood, lower bound", "ln Z, bracket width", "KL(true‖model)"] {
      #expect(lines.first?.contains(title) == true, "\(title)")
    }
    for (line, run) in zip(lines.dropFirst(), runs) {
      #expect(line.hasPrefix(run) && line.contains(" ± "), "\(line)")
    }
    let chosen = await ebm(["compare"] + runs + ["--markdown", "--figures", "log likelihood, lower bound,MMD²"])
    let rows = chosen.result.split(separator: "\n").map(String.init)
    #expect(rows.count == runs.count + 2)
    #expect(rows.first == "| run | seconds | log likelihood, lower bound | MMD² |")
    #expect(rows.dropFirst().first == "| --- | --- | --- | --- |")
    let wrong = await ebm(["compare"] + runs + ["--figures", "MMD"])
    #expect(wrong.status == .failed && wrong.messages.contains("did you mean MMD²?"), "\(wrong.messages)")
    let json = try JSONValue(parsing: await ebm(["compare"] + runs + ["--json"]).result, source: "compare")
    let first = try #require(json.arrayValue?.first)
    #expect((first["trainingSeconds"]?.numberValue ?? 0) > 0)
    #expect((first["figures"]?.arrayValue?.first?["standardError"]?.numberValue ?? 0) > 0)
  }

  /// Every objective has a recipe that is tested here, or on the checkerboard.
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
