import EBMCore
import Tensors

/// Workloads of whole pipelines.
enum PipelineWorkloads {
  static let all: [Workload] = [
    recipe("cdrl-iteration/512", "cdrl-checkerboard", []),
    // The authors' two-dimensional example: their sizes, their batch.
    recipe(
      "cdrl-iteration/2500", "cdrl-checkerboard",
      [
        "energy.width=128", "energy.multipliers=[1,2,2,2]", "energy.activation=leakyReLU", "energy.spectralNorm=true",
        "training.batch=2500",
      ]),
  ]

  /// One training iteration of a recipe.
  private static func recipe(_ name: String, _ recipe: String, _ overrides: [String]) -> Workload {
    Workload(name: name, unit: "training iteration", unitsPerCall: 1) { registry, threads in
      let recipe = try Recipe.load(recipe, from: registry).applying(
        overrides: overrides + ["training.threads=\(threads)", "seed=1"])
      let clock = ContinuousClock()
      let start = clock.now
      let trainer = try Trainer(try Pipeline(recipe, registry: registry))
      _ = trainer.programSummary
      let compilation = (clock.now - start) / .milliseconds(1)
      return Workload.Prepared(peakBytes: trainer.peakBytes, compilation: compilation) {
        // Numbers that are not finite would be as fast; tests look at them.
        _ = try? trainer.advance()
      }
    }
  }
}
