internal import EBMCore
private import Foundation
internal import Networks
internal import Tensors

/// N((0.8, −0.5), 0.3² I): data that a small network has to find.
struct SpotData: Dataset {
  static let name = "conformance-spot"
  static let summary = "A spot in the plane."
  static let center: [Float] = [0.8, -0.5]
  static let deviation: Float = 0.3
  private let classes: Int
  private enum CodingKeys: CodingKey {}

  init() { classes = 0 }
  init(from decoder: any Decoder) { self.init() }
  /// With classes that say nothing of the point.
  init(classes: Int) { self.classes = classes }

  var space: SampleSpace { SampleSpace(shape: [2], classes: classes) }
  var plotRange: ClosedRange<Double> { -3...3 }
  func batch(_ count: Int, random: inout RandomStream) -> Tensor {
    Tensor(SpotData.center) + SpotData.deviation * random.normal([count, 2])
  }
  func labeledBatch(_ count: Int, random: inout RandomStream) -> (points: Tensor, labels: Tensor)? {
    classes == 0 ? nil : (batch(count, random: &random), random.labels(count, classes))
  }
}

/// A perceptron of two hidden layers whose last input is the level's log SNR over ten.
struct SmallEnergy: Energy {
  static let name = "conformance-network"
  static let summary = "A small perceptron that sees the noise level."
  private let classes: Int
  private enum CodingKeys: CodingKey {}

  init() { classes = 0 }
  init(from decoder: any Decoder) { self.init() }
  /// Made from the scores of so many classes.
  init(classes: Int) { self.classes = classes }

  var offers: Set<Capability> { Set([.gradient, .levels, .classes] + (classes > 0 ? [.classScores] : [])) }

  func function(over space: SampleSpace, in scope: ParameterScope) -> any EnergyFunction {
    let perceptron = Perceptron(
      first: Linear(space.dimension + 1, 32, in: scope["first"]), second: Linear(32, 32, in: scope["second"]),
      last: Linear(32, max(1, classes), in: scope["last"]))
    return classes == 0 ? Function(perceptron: perceptron) : Scores(perceptron: perceptron)
  }

  private struct Perceptron {
    let first, second, last: Linear

    func callAsFunction(_ x: Tensor, _ level: Condition.Level?, _ context: inout Context) -> Tensor {
      let rows = x.shape[0]
      let logSNR = level.map { $0.gathering(0.1 * $0.logSNR.reshaped([-1, 1])) } ?? Tensor(0).broadcast(to: [rows, 1])
      let input = Tensor.concatenated([x.reshaped([rows, -1]), logSNR], alongAxis: 1)
      func smooth(_ h: Tensor) -> Tensor { h * h.sigmoid() }
      return last(smooth(second(smooth(first(input, &context)), &context)), &context)
    }
  }

  private struct Function: EnergyFunction {
    let perceptron: Perceptron
    func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor {
      perceptron(x, condition.level, &context).reshaped([x.shape[0]])
    }
  }

  private struct Scores: ClassifierFunction {
    let perceptron: Perceptron
    func logits(_ x: Tensor, _ context: inout Context) -> Tensor { perceptron(x, nil, &context) }
  }
}

/// Metropolis-adjusted Langevin dynamics whose step is drawn anew for each chain and step, e^−3 to 1 in units of the
/// target's scale: some are right for any target.
struct MixedSteps: Sampler {
  static let name = "conformance-mixed-steps"
  static let summary = "Metropolis-adjusted Langevin dynamics with random steps."
  var steps: Int { 20 }

  struct State: TensorGroup { var parts: [Tensor] }

  func start(at position: Tensor, target: Target) -> State { State(parts: [position]) }

  func step(_ state: inout State, target: Target, random: inout RandomStream) -> StepInfo {
    let x = state.parts[0]
    let column = [x.shape[0]] + x.shape.dropFirst().map { _ in 1 }
    let features = Array(1..<x.rank)
    let b = (-3 * random.uniform(column)).exp() * target.scale(for: x)
    let (energy, gradient) = target.energyWithGradient(x)
    let noise = random.normal(x.shape)
    let proposal = x - 0.5 * b.squared() * gradient + b * noise
    let (newEnergy, newGradient) = target.energyWithGradient(proposal)
    let back = (x - proposal + 0.5 * b.squared() * newGradient) / b
    let ratio =
      energy - newEnergy + 0.5 * (noise.squared() - back.squared()).sum(alongAxes: features)
    let isFinite = newEnergy.absolute() .< Float.infinity
    let accepts = isFinite * (random.uniform([x.shape[0]]).log() .< ratio)
    state.parts = [Tensor.select(accepts.reshaped(column), proposal, x)]
    return StepInfo(acceptance: accepts, nonFinite: 1 - isFinite)
  }

  func position(of state: State) -> Tensor { state.parts[0] }
}

/// Adam with its usual constants.
struct PlainAdam: Optimizer {
  static let name = "conformance-adam"
  static let summary = "Adam."

  func rule(for weights: WeightGroup, in scope: ParameterScope) -> UpdateRule {
    let (means, squares) = (weights.state("mean", in: scope), weights.state("square", in: scope))
    return UpdateRule { gradients, inputs, context in
      let meanScale = 1 - (Float(log(0.9)) * inputs.number).exp()
      let squareScale = 1 - (Float(log(0.99)) * inputs.number).exp()
      return gradients.indices.map { index in
        let mean = 0.9 * means[index].tensor + 0.1 * gradients[index]
        let square = 0.99 * squares[index].tensor + 0.01 * gradients[index].squared()
        context.assign(mean, to: means[index])
        context.assign(square, to: squares[index])
        return 3e-3 * (mean / meanScale) / ((square / squareScale).squareRoot() + 1e-8)
      }
    }
  }
}
