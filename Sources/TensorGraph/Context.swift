/// What a traced function knows besides its arguments: the phase, its random numbers, and the updates it makes.
///
/// It is passed `inout`, never held in a global, so that a layer's behaviour is visible in its signature.
public struct Context: Sendable {
  /// Whether a model is being trained or used.
  public enum Phase: Hashable, Sendable {
    /// Dropout is on, buffers are updated.
    case training
    /// The model is a fixed function.
    case evaluation
  }

  /// Training or evaluation.
  public var phase: Phase
  /// Where random numbers come from.
  public var random: RandomStream
  /// New values of buffers and other parameters, in the order in which they were assigned.
  public private(set) var updates: [(parameter: Parameter, value: Tensor)] = []

  /// A context without updates.
  public init(phase: Phase = .evaluation, random: RandomStream = RandomStream()) {
    self.phase = phase
    self.random = random
  }

  /// The value of a parameter as this trace sees it: the one assigned last, else the one before the run.
  public func value(of parameter: Parameter) -> Tensor {
    updates.last { $0.parameter == parameter }?.value ?? parameter.tensor
  }

  /// Gives a parameter a new value at the end of the program's run; reads of `parameter.tensor` see the old one.
  /// A later assignment to the same parameter replaces an earlier one.
  public mutating func assign(_ value: Tensor, to parameter: Parameter) {
    precondition(
      value.shape == parameter.shape,
      "\(parameter.name): a value of shape \(value.shape) does not fit \(parameter.shape)")
    updates.removeAll { $0.parameter == parameter }
    updates.append((parameter, value))
  }
}
