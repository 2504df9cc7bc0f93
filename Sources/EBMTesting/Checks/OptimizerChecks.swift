internal import EBMCore
internal import Networks
internal import Tensors

extension Examination {
  /// An optimizer on L(w) = ½ Σ aᵢ (wᵢ − cᵢ)², whose curvatures differ by a factor of ten.
  mutating func checkOptimizer(_ optimizer: some Optimizer) {
    // Steps of one size, 10⁻⁴ or half of that, need as many to go 0.3 far.
    let updates = 12_000
    for network in WeightGroup.Network.allCases {
      let slope = Slope(optimizer, network)
      let rates = stride(from: 0, to: updates, by: 10).flatMap { n in slope.rule.rates.map { $0(n, updates) } }
      record(
        "learning rates", rates.allSatisfy { $0.isFinite && $0 >= 0 } && (rates.max() ?? 1) > 0,
        "between \((rates.min() ?? .nan).short) and \((rates.max() ?? .nan).short)",
        expected: "finite, none below 0, some above")
      let (losses, point) = slope.train(updates, of: updates, options.seed)
      let (first, last) = (losses.first ?? .nan, losses.last ?? .nan)
      record(
        "minimum of a quadratic", last.isFinite && last < 1e-3 * first,
        "loss \(first.short), then \(last.short) after \(updates) updates, at \(point.map(\.short))",
        expected: "a thousandth of the first loss, at \(Slope.center.map(\.short))")
      checkRepetition(slope)
    }
  }

  /// A transform that is no optimizer by itself: finite steps of the gradients' shapes.
  mutating func checkTransform(_ transform: some GradientTransform) {
    let slope = Slope(transform, .energy)
    let (losses, point) = slope.train(20, of: 20, options.seed)
    record(
      "finite steps", (losses + point).allSatisfy(\.isFinite), "at \(point.map(\.short)) after 20 updates",
      expected: "finite weights")
    checkRepetition(slope)
  }

  /// A schedule of rates, at the beginning, along and beyond trainings of several lengths.
  mutating func checkRate(_ rate: some RateSchedule) {
    let factors = [1, 2, 10, 1_000, 100_000].flatMap { total in
      [0, 1, total / 3, total - 1, total, 3 * total].map { rate.factor(at: $0, of: total) }
    }
    let (least, most) = (factors.min() ?? .nan, factors.max() ?? .nan)
    record(
      "factors", factors.allSatisfy { $0.isFinite && $0 >= 0 } && most > 0,
      "between \(least.short) and \(most.short)", expected: "finite, none below 0, some above")
  }

  private mutating func checkRepetition(_ slope: Slope) {
    let (first, second) = (slope.train(50, of: 12_000, options.seed), slope.train(50, of: 12_000, options.seed))
    record(
      "same updates again", first.losses.map(\.bitPattern) == second.losses.map(\.bitPattern), "50 updates twice",
      expected: "the same bits: nothing kept outside of parameters")
  }
}

/// A quadratic that a transform goes down.
private struct Slope {
  static let center: [Float] = [0.3, -0.2, 0.1]
  let rule: UpdateRule
  private let scope = ParameterScope()
  private let weight: Parameter
  private let update: CompiledFunction

  init(_ transform: some GradientTransform, _ network: WeightGroup.Network) {
    let weight = scope.parameter("weight", shape: [3], .constant(0))
    let rule = transform.rule(for: WeightGroup(network, [weight]), in: scope["optimizer"])
    (self.weight, self.rule) = (weight, rule)
    update = CompiledFunction(phase: .training) { arguments, context in
      let w = weight.tensor
      let loss = 0.5 * (Tensor([1, 3, 10]) * (w - Tensor(Slope.center)).squared()).sum()
      func scalar(_ position: Int) -> Tensor {
        arguments[0].sliced(alongAxis: 0, position..<(position + 1)).reshaped([])
      }
      let inputs = UpdateRule.Inputs(
        weights: [w], number: scalar(0), rates: rule.rates.indices.map { scalar($0 + 1) })
      let steps = rule([gradient(of: loss, withRespectTo: w)], inputs, &context)
      context.assign(w - steps[0], to: weight)
      return [loss]
    }
  }

  /// The losses before each of the first updates, and the weights after them.
  func train(_ count: Int, of total: Int, _ seed: UInt64) -> (losses: [Float], point: [Float]) {
    let store = scope.initialValues(seed: seed)
    let losses = (0..<count).map { iteration in
      let rates = rule.rates.map { Float($0(iteration, total)) }
      return update(
        [Tensor([Float(iteration + 1)] + rates)], store: store, key: RandomKey(seed: seed, step: UInt64(iteration)))[0]
        .scalar
    }
    return (losses, store[weight] ?? [])
  }
}
