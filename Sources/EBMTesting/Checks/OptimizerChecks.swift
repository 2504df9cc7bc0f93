internal import EBMCore
internal import Networks
internal import Tensors

extension Examination {
  /// An optimizer on L(w) = ½ Σ a_i (w_i − c_i)², whose curvatures differ by a factor of ten.
  mutating func checkOptimizer(_ optimizer: some Optimizer) {
    let updates = 6_000
    let (curvatures, center): ([Float], [Float]) = ([1, 3, 10], [0.3, -0.2, 0.1])
    let scope = ParameterScope()
    let weight = scope.parameter("weight", shape: [3], .constant(0))
    let rule = optimizer.rule(for: [weight], in: scope["optimizer"])
    let update = CompiledFunction(phase: .training) { arguments, context in
      let w = weight.tensor
      let distance = w - Tensor(center)
      let loss = 0.5 * (Tensor(curvatures) * distance.squared()).sum()
      func scalar(_ position: Int) -> Tensor {
        arguments[0].sliced(alongAxis: 0, position..<(position + 1)).reshaped([])
      }
      let values = rule.update(
        [w], gradient(of: loss, withRespectTo: [w]), learningRate: scalar(0), iteration: scalar(1), &context)
      context.assign(values[0], to: weight)
      return [loss]
    }
    func train(_ count: Int) -> (losses: [Float], store: ParameterStore) {
      let store = scope.initialValues(seed: options.seed)
      let losses = (0..<count).map { iteration in
        let rate = Float(optimizer.learningRate(at: iteration, of: updates))
        return update([Tensor([rate, Float(iteration + 1)])], store: store, key: key(UInt64(iteration)))[0].scalar
      }
      return (losses, store)
    }
    let rates = stride(from: 0, to: updates, by: 10).map { optimizer.learningRate(at: $0, of: updates) }
    record(
      "learning rates", rates.allSatisfy { $0.isFinite && $0 >= 0 } && (rates.max() ?? 0) > 0,
      "between \((rates.min() ?? .nan).short) and \((rates.max() ?? .nan).short)",
      expected: "finite, none below 0, some above")
    let (losses, store) = train(updates)
    let (first, last) = (losses.first ?? .nan, losses.last ?? .nan)
    record(
      "minimum of a quadratic", last.isFinite && last < 1e-3 * first,
      "loss \(first.short), then \(last.short) after \(updates) updates, at \((store[weight] ?? []).map(\.short))",
      expected: "a thousandth of the first loss, at \(center.map(\.short))")
    let early = train(50).losses
    record(
      "same updates again", early.map(\.bitPattern) == losses.prefix(50).map(\.bitPattern), "50 updates twice",
      expected: "the same bits: nothing kept outside of parameters")
  }
}
