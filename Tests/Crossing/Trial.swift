import EBMCore
import FileFormats
import Foundation
import Runs
import Tensors

/// One composition tried: trained, sampled, evaluated and reported, or refused.
struct Trial {
  enum Ending: Equatable {
    case accepted
    case refused
    case diverged
    case wrong(String)
  }

  let recipe: Recipe
  let registry: ComponentRegistry
  let folder: String

  func run() async -> Ending {
    do {
      let resolved = try recipe.resolved(with: registry)
      let pipeline = try Pipeline(resolved, registry: registry)
      let outcome = try await pipeline.train(into: folder, command: ["crossing"], registry: registry)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      switch outcome.ending {
      case .diverged: return .diverged
      case .interrupted: return .wrong("interrupted")
      case .complete: break
      }
      guard let model = outcome.model, let measured = outcome.measurement else { return .wrong("no model") }
      guard Files.isFile("\(folder)/report.html") else { return .wrong("no report") }
      if let figure = measured.figures.first(where: { !$0.value.isFinite && $0.cautions.isEmpty }) {
        return .wrong("the figure \(figure.name) is \(figure.value) without a caution")
      }
      guard let samples = model.samples(20, seed: 11).last?.points else { return .wrong("no samples") }
      let space = model.model.space
      if samples.shape != [20] + space.shape { return .wrong("samples of shape \(samples.shape)") }
      let odd = samples.scalars.filter { !$0.isFinite }.count
      // Chains of an untrained model on its way up may run off; whoever samples is told.
      let toldOf = measured.figures.contains { !$0.cautions.isEmpty } || recipe[.metrics] == nil
      if odd > 0, !toldOf { return .wrong("\(odd) sampled numbers are not finite") }
      if let stray = samples.scalars.first(where: { !space.values.allows($0) && $0.isFinite }) {
        return .wrong("a sample has \(stray) among \(space.values.rawValue) values")
      }
      return .accepted
    } catch let error as ConfigurationError {
      return unclear(error).map(Ending.wrong) ?? .refused
    } catch { return .wrong("\(error)") }
  }

  /// What is wrong with a refusal: each problem is one line with a place in the recipe.
  private func unclear(_ error: ConfigurationError) -> String? {
    for problem in error.problems {
      let line = problem.description
      let section = problem.path.split(separator: ".").first.map(String.init) ?? ""
      if line.contains("\n") || line.count > 600 { return "a refusal of more than a line: \(line)" }
      if RecipeSection(rawValue: section) == nil { return "a refusal without a place: \(line)" }
    }
    return nil
  }
}

extension SampleSpace.Values {
  func allows(_ value: Float) -> Bool {
    switch self {
    case .continuous: true
    case .binary: value == 0 || value == 1
    case .spin: value == -1 || value == 1
    }
  }
}
