public import EBMCore
private import Foundation
public import Networks
public import Tensors

/// Adam, and AdamW when `weightDecay` is above 0.
///
/// ```
/// m ← β₁ m + (1 − β₁) g;  v ← β₂ v + (1 − β₂) g²
/// θ ← θ − η [ (m/(1 − β₁ᵏ)) / (√(v/(1 − β₂ᵏ)) + ε) + w θ ]
/// ```
/// k counts updates from 1. η rises linearly over the first `warmup` updates and falls along a cosine to
/// `finalFraction` of `learningRate` at the last one.
/// Source: Kingma & Ba, 2015, algorithm 1; Loshchilov & Hutter, *Decoupled weight decay regularization*, 2019.
public struct Adam: Optimizer {
  public static let name = "adam"
  public static let summary = "Adam, with decoupled weight decay (AdamW) when asked."

  @Setting("η after the warm-up", .positive) public var learningRate = 1e-3
  @Setting("updates over which η rises from 0", .integers(0...)) public var warmup = 0
  @Setting("η of the last update in units of learningRate; 1 for a constant η", .range(0...1))
  public var finalFraction = 1.0
  @Setting("decay of the mean of gradients", .range(0..<1)) public var beta1: Float = 0.9
  @Setting("decay of the mean of squared gradients", .range(0..<1)) public var beta2: Float = 0.999
  @Setting("keeps the step finite where gradients vanish", .positive) public var epsilon: Float = 1e-8
  @Setting("w, decoupled weight decay", .atLeast(0)) public var weightDecay: Float = 0

  public init() {}

  public func learningRate(at iteration: Int, of total: Int) -> Double {
    if iteration < warmup { return learningRate * Double(iteration + 1) / Double(warmup) }
    let progress = Double(iteration - warmup) / Double(max(1, total - warmup - 1))
    let cosine = 0.5 * (1 + cos(Double.pi * min(1, progress)))
    return learningRate * (finalFraction + (1 - finalFraction) * cosine)
  }

  public func rule(for parameters: [Parameter], in scope: ParameterScope) -> any OptimizerRule {
    Rule(
      settings: self,
      means: parameters.map { scope["mean"].parameter($0.name, shape: $0.shape, kind: .state, .constant(0)) },
      squares: parameters.map { scope["square"].parameter($0.name, shape: $0.shape, kind: .state, .constant(0)) })
  }

  private struct Rule: OptimizerRule {
    let settings: Adam
    let means: [Parameter]
    let squares: [Parameter]

    func update(
      _ parameters: [Tensor], _ gradients: [Tensor], learningRate: Tensor, iteration: Tensor, _ context: inout Context
    ) -> [Tensor] {
      let (beta1, beta2) = (settings.beta1, settings.beta2)
      // 1 − βᵏ without cancellation.
      func correction(_ beta: Float) -> Tensor { -(iteration * Float(log(Double(beta)))).expMinusOne() }
      let meanScale = learningRate / correction(beta1)
      let squareScale = correction(beta2).reciprocalSquareRoot()
      return parameters.indices.map { index in
        let gradient = gradients[index]
        let mean = beta1 * means[index].tensor + (1 - beta1) * gradient
        let square = beta2 * squares[index].tensor + (1 - beta2) * gradient.squared()
        context.assign(mean, to: means[index])
        context.assign(square, to: squares[index])
        var step = meanScale * mean / (square.squareRoot() * squareScale + settings.epsilon)
        if settings.weightDecay > 0 { step = step + (settings.weightDecay * learningRate) * parameters[index] }
        return parameters[index] - step
      }
    }
  }
}
