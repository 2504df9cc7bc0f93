public import EBMCore
public import Networks
internal import Tensors

/// Classifier-free guidance: another objective, with the classes of the data, some of which are withheld, so that one
/// network learns p(x | y) and p(x); samples are guided by their difference.
///
/// In training each point's class is replaced by 0, no class, with probability `dropout`, once a step for positives,
/// negatives and starts alike. Samples are drawn with
/// ```
/// E(x) = (w + 1) E(x, y) − w E(x, no class),   p(x) ∝ p(x | y) p(y | x)^w
/// ```
/// and guided proposals in the same proportion; w = 0 samples p(x | y), w = −1 samples p(x). The energy, and the network
/// of a learned initializer if it is to know, must take classes.
/// Source: Ho & Salimans, *Classifier-free diffusion guidance*, 2022; for energies Zhu et al., 2024, eq. 10 to 12.
public struct ClassifierFreeGuidance: Objective {
  public static let name = "classifier-free-guidance"
  public static let summary = "Another objective with classes, some withheld, and guided samples."

  @Part("what is minimised", .objective) public var objective: any Objective = CooperativeRecovery()
  @Setting("probability that a point's class is withheld", .range(0...1)) public var dropout: Float = 0.1
  /// 0.7, the authors' best Fréchet distance on ImageNet.
  @Setting("w of samples", .atLeast(-1)) public var weight: Float = 0.7
  /// 0, each class in turn.
  @Setting("class of samples and density; 0 for each class in turn, the density of all", .integers(0...))
  public var label = 0

  public init() {}

  public var offers: Set<Capability> { objective.offers.union([.classes]) }
  public var needs: [Need] { [.labels, .from(.energy, .classes)] }

  public var consistency: Consistency { objective.consistency }

  public func withoutPenalties() -> Self {
    var plain = self
    plain.objective = objective.withoutPenalties()
    return plain
  }

  public func misfits(in surroundings: Surroundings) -> [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    if label > surroundings.space.classes, surroundings.space.classes > 0 {
      problems.append(
        ConfigurationProblem(
          path: "label", found: "\(label)", expected: "one of the classes, 0...\(surroundings.space.classes)"))
    }
    // Guidance decides on the class of each point: the objective inside sees an energy without classes.
    if objective.offers.contains(.classes) || objective.needs.contains(.labels) {
      problems.append(
        ConfigurationProblem(
          path: "objective", found: type(of: objective).name,
          expected: "an objective that does not use classes by itself"))
    }
    return problems
  }

  public func function(
    over space: SampleSpace, in scope: ParameterScope
  ) throws(ConfigurationError) -> any ObjectiveFunction {
    Function(settings: self, objective: try objective.function(over: space, in: scope))
  }

  private struct Function: ObjectiveFunction {
    let settings: ClassifierFreeGuidance
    let objective: any ObjectiveFunction

    func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
      losses(for: data, labels: nil, model: model, &context)
    }

    func losses(for data: Tensor, labels: Tensor?, model: Model, _ context: inout Context) -> Losses {
      let known = LabelDropout(settings.dropout)(labels, rows: data.shape[0], random: &context.random)
      return objective.losses(for: data, model: model.guided(by: known), &context)
    }

    func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] {
      let labels = (0..<count).map { settings.label > 0 ? settings.label : $0 % model.space.classes + 1 }
      let guided = model.guided(by: Tensor(labels.map(Float.init)), weight: settings.weight)
      return objective.samples(count, model: guided, &context)
    }

    /// The guided energy of the class of samples, or without one the energy of all classes together.
    func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
      let labels = Tensor(Float(settings.label)).broadcast(to: [points.shape[0]])
      let model = model.guided(by: labels, weight: settings.label > 0 ? settings.weight : 0)
      return objective.energy(at: points, level: level, model: model, &context)
    }
  }
}
