public import Networks
public import Tensors

/// How parameters follow their gradient: the family `optimizer`.
public protocol Optimizer: Component {
  /// Declares the optimizer's state and gives the traced update.
  func rule(for parameters: [Parameter], in scope: ParameterScope) -> any OptimizerRule

  /// The learning rate of update n = 0, 1, … of `total`.
  func learningRate(at iteration: Int, of total: Int) -> Double
}

extension Optimizer {
  public static var family: ComponentFamily { .optimizer }
}

/// An optimizer's update as a traced function.
public protocol OptimizerRule: Sendable {
  /// New values of the parameters, and assignments of the optimizer's own state.
  ///
  /// - Parameters:
  ///   - parameters: old values, in the rule's order.
  ///   - gradients: in the same order.
  ///   - learningRate: a scalar.
  ///   - iteration: number of this update from 1, a scalar.
  func update(
    _ parameters: [Tensor], _ gradients: [Tensor], learningRate: Tensor, iteration: Tensor, _ context: inout Context
  ) -> [Tensor]
}
