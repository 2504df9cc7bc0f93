public import EBMCore
public import Tensors

extension Model {
  /// E at any points under a condition, as a target of chains. The network is a fixed function then: its buffers, such
  /// as the vectors of spectral normalisation, stay as they are.
  public func target(_ condition: Condition = Condition(), scale: Tensor = Tensor(1), in context: Context) -> Target {
    var context = context
    context.phase = .evaluation
    return Target(energy, over: space, condition: condition, context: context).scaled(by: scale)
  }

  /// Points of chains of the model's own sampler that start afresh: at the initializer's fresh starts, else at noise.
  ///
  /// - Parameters:
  ///   - count: number of chains.
  ///   - steps: of a chain; a sampler that plans its steps takes its own number.
  ///   - target: what chains follow.
  ///   - label: the class of each chain, for initializers that know classes.
  public func freshSamples(
    _ count: Int, steps: Int, target: Target, label: Tensor? = nil, _ context: inout Context
  ) -> Tensor {
    let sampler = requiredSampler
    let request = StartRequest(count: count, space: space, label: label)
    let start =
      initializer?.freshStart(request, &context) ?? space.noise(count, random: &context.random)
    return sampler.run(from: start, target: target, steps: steps, random: &context.random).position
  }
}
