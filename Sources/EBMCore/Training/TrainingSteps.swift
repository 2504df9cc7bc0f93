internal import Networks
public import Tensors

/// The steps of which an update is made, each of which can be replaced; the third one is the pipeline's ``Optimizer``.
///
/// 1. **Gradient**: losses of a part of the batch become gradients, traced: ``GradientStep``.
/// 2. **Reduction**: gradients of the parts become the gradient of the update, on the host: ``GradientReduction``.
/// 3. **Update**: the gradient is clipped and transformed, the weights follow it, and their running averages follow
///    them, traced: ``UpdateRule``.
///
/// When there is one part and nothing to exchange, all three are one program. Otherwise the first and the last are
/// programs of their own, with the same bits.
public struct TrainingSteps: Sendable {
  /// The first step.
  public var gradient: any GradientStep = LossGradient()
  /// The second step; nil for the mean of this process's parts.
  public var reduction: (any GradientReduction)?

  /// The usual steps.
  public init() {}
}

/// How losses become gradients.
public protocol GradientStep: Sendable {
  /// Gradients of a loss with respect to weights, in their order. Traced.
  func gradients(of loss: Tensor, for weights: WeightGroup, _ context: inout Context) -> [Tensor]
}

/// The derivative of the loss, by reverse mode.
public struct LossGradient: GradientStep {
  /// The derivative.
  public init() {}

  public func gradients(of loss: Tensor, for weights: WeightGroup, _ context: inout Context) -> [Tensor] {
    gradient(of: loss, withRespectTo: weights.parameters.map(\.tensor))
  }
}

/// How gradients of the parts of a batch become the gradient of the update.
///
/// This is where processes that share the work exchange sums: each computes its own parts, and all add the same numbers
/// in the same order, so that their weights stay equal to the last bit.
public protocol GradientReduction: Sendable {
  /// The reduced arrays.
  ///
  /// - Parameters:
  ///   - parts: parts of the batch.
  ///   - part: computes part 0, 1, …: for each trained weight its gradient, and last the numbers that an update reports.
  ///     Each part is computed once, in ascending order: model and data may keep state from one part to the next.
  /// - Returns: arrays of the same sizes.
  func reduce(parts: Int, _ part: (Int) throws -> [[Float]]) throws -> [[Float]]
}

/// The mean over the parts, summed in their order.
public struct MeanOfParts: GradientReduction {
  /// The mean.
  public init() {}

  public func reduce(parts: Int, _ part: (Int) throws -> [[Float]]) throws -> [[Float]] {
    var sums = try part(0)
    if parts == 1 { return sums }
    for number in 1..<parts {
      for (index, values) in try part(number).enumerated() {
        for place in values.indices { sums[index][place] += values[place] }
      }
    }
    let share = 1 / Float(parts)
    for index in sums.indices {
      for place in sums[index].indices { sums[index][place] *= share }
    }
    return sums
  }
}
