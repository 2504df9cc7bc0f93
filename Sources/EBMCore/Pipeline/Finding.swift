internal import FileFormats
internal import Networks
internal import Tensors

/// What is noticed about the parts of a model before anything is trained.
public struct Finding: Sendable, Equatable {
  /// How bad it is.
  public enum Severity: Sendable, Equatable {
    /// Training would be in vain.
    case error
    /// Probably not what was meant.
    case warning
  }

  /// How bad it is.
  public let severity: Severity
  /// Where, what, and what helps.
  public let problem: ConfigurationProblem

  /// A finding.
  public init(_ severity: Severity, _ problem: ConfigurationProblem) {
    self.severity = severity
    self.problem = problem
  }
}

extension Model {
  /// What the structure of the model and of its losses tells, of which no part is run: that nothing can be learned, that
  /// noise levels are not used, or not seen by the energy.
  func findings(in pipeline: Pipeline, _ trace: LossTrace) -> [Finding] {
    var findings: [Finding] = []
    let (energy, objective) = (type(of: pipeline.energy).name, type(of: pipeline.objective).name)
    let learns = trace.learns
    if learns.energy != true {
      let reason =
        learns.energy == nil
        ? "\(energy) has no weights to learn" : "the loss of \(objective) does not depend on the weights of \(energy)"
      // A learned start, such as a generator, can be trained towards an energy that is given.
      let isAlone = learns.initializer != true
      findings.append(
        Finding(
          isAlone ? .error : .warning,
          ConfigurationProblem(
            path: RecipeSection.energy.rawValue, what: isAlone ? reason : "\(reason): the initializer alone is trained",
            expected: isAlone ? "an energy that can learn, such as mlp" : nil)))
    } else if learns.initializer == false {
      findings.append(
        Finding(
          .warning,
          ConfigurationProblem(
            path: RecipeSection.initializer.rawValue, what: "its loss does not depend on its weights: it stays as it is"
          )))
    }
    guard let levels, let schedule = pipeline.schedule else { return findings }
    if levels.steps > 1, !seesLevels(levels) {
      findings.append(
        Finding(
          .warning,
          ConfigurationProblem(
            path: RecipeSection.energy.rawValue,
            what: "\(energy) does not see the noise level, of which \(type(of: schedule).name) has "
              + "\(levels.signals.count): one energy is learned for all",
            expected: "an energy that knows levels")))
    }
    return findings
  }

  /// Whether E is made from the level of its points.
  private func seesLevels(_ levels: NoiseLevels) -> Bool {
    // Parameters stand for numbers that nobody knows yet.
    let place = Parameter("level", shape: [2]).tensor
    let logSNR = Parameter("logSNR", shape: [levels.signals.count]).tensor
    let point = Parameter("point", shape: [2] + space.shape).tensor
    let label = space.classes > 0 ? Parameter("label", shape: [2]).tensor : nil
    var context = Context()
    let condition = Condition(level: .init(index: place, logSNR: logSNR), label: label)
    return energy(point, condition, &context).depends(on: [place, logSNR])
  }
}
