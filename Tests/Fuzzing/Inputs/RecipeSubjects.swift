import EBM
import EBMCommand
import Foundation
import Synchronization

/// Recipes, what a command line changes in them, and command lines.
enum RecipeSubjects {
  static let recipe = Subject("recipe", weight: 15, bytesAllowed: 64 << 20, bytesPerByte: 20_000) { random, workshop in
    var bytes = Array(random.pick(workshop.recipes).utf8)
    if !random.isOne(in: 16) {
      TextMutation.apply(to: &bytes, other: Array(random.pick(workshop.recipes).utf8), &random)
    }
    return bytes
  } use: { bytes, workshop in
    let url = try workshop.write(bytes, as: "recipe.json")
    let recipe = try Recipe.load(url.path, from: workshop.registry)
    guard try Recipe(parsing: recipe.text) == recipe else { throw Violation("a recipe that changes when printed") }
    let complete = try recipe.resolved(with: workshop.registry)
    guard try complete.resolved(with: workshop.registry) == complete else {
      throw Violation("a complete recipe that changes when it is completed again")
    }
  }

  static let json = Subject("json", weight: 10) { random, workshop in
    var bytes = Array(random.pick(workshop.recipes).utf8.prefix(400))
    for _ in 0..<2 { TextMutation.apply(to: &bytes, other: Array(random.pick(workshop.recipes).utf8), &random) }
    return bytes
  } use: { bytes, _ in
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    let value = try JSONValue(parsing: text)
    guard try JSONValue(parsing: value.compactText) == value, try JSONValue(parsing: value.prettyText) == value else {
      throw Violation("a JSON value that changes when printed")
    }
  }

  /// Words separated by line feeds.
  static let overrides = Subject("overrides", weight: 15, bytesAllowed: 64 << 20, bytesPerByte: 20_000, isTyped: true) {
    random, workshop in
    var words = [random.pick(workshop.registry.recipes).name]
    for _ in 0...random.below(3) {
      words.append(
        "\(random.pick(keys))=\(random.isOne(in: 2) ? random.pick(TextMutation.numbers) : random.pick(values))")
    }
    var bytes = Array(words.joined(separator: "\n").utf8)
    if random.isOne(in: 2) { TextMutation.apply(to: &bytes, other: [], &random) }
    return bytes
  } use: { bytes, workshop in
    let words = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    guard let name = words.first, !name.contains("/") else { return }
    let recipe = try Recipe.load(name, from: workshop.registry).applying(overrides: Array(words.dropFirst()))
    _ = try recipe.resolved(with: workshop.registry)
  }

  /// Words separated by line feeds; commands that train or write are left out.
  static let commandLine = Subject(
    "command-line", weight: 8, bytesAllowed: 256 << 20, bytesPerByte: 100_000, isTyped: true
  ) {
    random, workshop in
    var words = [random.pick(commands)]
    for _ in 0..<random.below(4) {
      words.append(random.pick(options + keys.map { "\($0)=\(random.pick(TextMutation.numbers))" }))
    }
    var bytes = Array(words.joined(separator: "\n").utf8)
    if random.isOne(in: 2) { TextMutation.apply(to: &bytes, other: [], &random) }
    return bytes
  } use: { bytes, workshop in
    let words = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    guard let command = words.first, commands.contains(String(command)) else { return }
    _ = try await workshop.run(words.map(String.init))
  }

  private static let keys = [
    "seed", "name", "training.iterations", "training.batch", "training.threads", "energy", "energy.widths",
    "energy.width",
    "sampler", "sampler.steps", "sampler.stepSize", "optimizer.learningRate", "objective", "objective.ratio", "dataset",
    "dataset.rows.count", "dataset.path", "initializer.capacity", "metrics", "metrics.0", "metrics.0.type", "a.b.c", "",
    "schedule", "training.gradientClip",
  ]
  private static let values = [
    "langevin", "mlp", "two-moons", "[]", "[1,2]", "{}", "null", "true", "\"\"", "[16", "{\"type\":\"mala\"}", "",
    "[60000,60000]", "digits", "npy-file", "[[[[1]]]]", "\u{1b}[31m",
  ]
  private static let commands = [
    "describe", "list", "compare", "evaluate", "sample", "resume", "help", "--version", "", "lst",
  ]
  private static let options = [
    "--json", "--help", "--count", "--seed", "--output", "--force", "--figures", "--markdown", "-1", "0", "nowhere",
    "--count=3", "--", "-", "sampler.mala", "dataset", "pcd-two-moons", "cdrl-checkerboard", "x\u{1b}[2J",
    "/nowhere/at/all",
  ]
}
