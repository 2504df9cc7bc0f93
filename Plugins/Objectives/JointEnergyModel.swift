public import EBMCore
public import Tensors

/// The joint energy-based model (JEM): a classifier that is a density of its inputs too.
///
/// With class scores l_y(x), E(x, y) = −l_y(x) and E(x) = −ln Σ_y exp l_y(x),
/// ```
/// L = g (mean E(x⁺) − mean E(x⁻)) + c mean −ln p(y | x⁺),   p(y | x) = softmax l(x)
/// ```
/// x⁻ are ends of chains of p(x), or with `likelihood` joint, which takes E(x, y) in the first term, of p(x | y) for the
/// batch's own classes; a replay buffer `byClass` goes with that. Batches without classes count in the first term alone.
/// Points get noise s ε first. The energy must be made from class scores.
/// Source: Grathwohl et al., *Your classifier is secretly an energy based model and you should treat it like one*, 2020,
/// eq. 4 to 6.
public struct JointEnergyModel: Objective, ObjectiveFunction {
  public static let name = "joint-energy-model"
  public static let summary = "Classifier and density in one (JEM)."

  /// Which density is learned.
  public enum Likelihood: String, Codable, Sendable, CaseIterable {
    /// p(x).
    case marginal
    /// p(x | y).
    case joint
  }

  @Setting("density that is learned") public var likelihood = Likelihood.marginal
  @Setting("g, weight of the density's loss", .atLeast(0)) public var generativeWeight: Float = 1
  @Setting("c, weight of the classifier's loss", .atLeast(0)) public var classWeight: Float = 1
  @Setting("weight of the squared energies that keep them near 0", .atLeast(0)) public var energyPenalty: Float = 0
  @Setting("s, standard deviation of the noise that points get", .atLeast(0)) public var inputNoise: Float = 0.03
  @Setting("sampler steps of a chain that makes a sample, from a fresh start", .integers(0...))
  public var samplingSteps = 500

  public init() {}

  public var offers: Set<Capability> { likelihood == .joint ? [.data, .classes] : [.data] }
  public var needs: [Need] { [.labels, .part(.sampler), .part(.initializer), .from(.energy, .classScores)] }

  public func conflicts() -> [String] {
    generativeWeight == 0 && classWeight == 0 ? ["generativeWeight 0 and classWeight 0 leave nothing to learn"] : []
  }

  /// Without the weight of p(x) only classes are learned.
  public var consistency: Consistency { generativeWeight > 0 ? .exact : .none }

  public func withoutPenalties() -> Self {
    var plain = self
    plain.energyPenalty = 0
    return plain
  }

  public func losses(for data: Tensor, model: Model, _ context: inout Context) -> Losses {
    losses(for: data, labels: nil, model: model, &context)
  }

  public func losses(for data: Tensor, labels: Tensor?, model: Model, _ context: inout Context) -> Losses {
    guard let energy = model.energy as? any ClassifierFunction else {
      preconditionFailure("joint-energy-model: the energy has no class scores")
    }
    let points = inputNoise == 0 ? data : data + inputNoise * context.random.normal(data.shape)
    let training = ContrastiveTraining(loss: ContrastiveLoss(energyPenalty: energyPenalty))
    let condition = Condition(label: likelihood == .joint ? labels : nil)
    var losses = training.losses(
      for: points, condition: condition, initializer: model.initializer, model: model, &context)
    losses.energy = generativeWeight * losses.energy
    guard let labels else { return losses }
    // Buffers were updated by the energies above: this pass uses the network as it is.
    var evaluation = context
    evaluation.phase = .evaluation
    let logits = energy.logits(points, &evaluation)
    let ofClass = ((labels - 1).oneHot(count: logits.shape[1]) * logits).sum(alongAxes: 1)
    let surprise = (logits.logSumExp(alongAxes: 1) - ofClass).mean()
    let isRight = ofClass .== logits.maximum(alongAxes: 1)
    losses.energy = losses.energy + classWeight * surprise
    losses.diagnostics += [("classLoss", surprise), ("accuracy", isRight.mean())]
    return losses
  }

  public func samples(_ count: Int, model: Model, _ context: inout Context) -> [LeveledSamples] {
    MaximumLikelihood { $0.samplingSteps = samplingSteps }.samples(count, model: model, &context)
  }

  public func energy(at points: Tensor, level: Int?, model: Model, _ context: inout Context) -> Tensor {
    model.energy(points, Condition(), &context)
  }
}
