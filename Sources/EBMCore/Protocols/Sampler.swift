public import Tensors

/// How a chain moves: the family `sampler`.
///
/// All chains of a batch move together; rows are independent. Everything is traced, so a whole chain is one program.
///
/// ## Requirements on conforming types
/// - State is only what the next step needs; what is merely interesting goes into the ``StepInfo``.
/// - Row i of the new state depends on row i alone.
/// - A Metropolis test rejects a proposal whose energy is not finite.
public protocol Sampler: Component {
  /// What the next step needs.
  associatedtype State: TensorGroup

  /// What values of coordinates it moves: continuous by default.
  static var values: Set<SampleSpace.Values> { get }

  /// Steps that a chain takes when nobody says otherwise.
  var steps: Int { get }

  /// The state of chains at these points.
  func start(at position: Tensor, target: Target) -> State

  /// Moves each chain by one step.
  func step(_ state: inout State, target: Target, random: inout RandomStream) -> StepInfo

  /// Where the chains are.
  func position(of state: State) -> Tensor
}

extension Sampler {
  public static var family: ComponentFamily { .sampler }
  public static var values: Set<SampleSpace.Values> { [.continuous] }

  /// Runs chains for `steps` steps, the sampler's own number by default, as one loop.
  ///
  /// - Returns: where they end, `[batch, …]`, and the mean acceptance probability of each, `[batch]` (1 for samplers
  ///   that accept everything).
  public func run(
    from position: Tensor, target: Target, steps: Int? = nil, random: inout RandomStream
  ) -> (position: Tensor, acceptance: Tensor) {
    let count = steps ?? self.steps
    let rows = [position.shape[0]]
    let initial = start(at: position, target: target).tensors
    let stream = random.split("chain")
    random = random.split("after chain")
    let final = Tensor.iterate(
      count, from: initial + [Tensor(0).broadcast(to: rows)], random: stream
    ) { tensors, _, random in
      var state = State(tensors: Array(tensors.dropLast()))
      let info = step(&state, target: target, random: &random)
      let acceptance = info.acceptance ?? Tensor(1).broadcast(to: rows)
      return state.tensors + [tensors[tensors.count - 1] + acceptance]
    }
    return (
      self.position(of: State(tensors: Array(final.dropLast()))), final[final.count - 1] / Float(max(1, count))
    )
  }
}

/// Diagnostics of one step that the next step does not need.
public struct StepInfo: Sendable {
  /// Probability with which each chain's proposal was accepted, `[batch]`; nil for samplers without a test.
  public var acceptance: Tensor?

  /// Diagnostics of a step.
  public init(acceptance: Tensor? = nil) { self.acceptance = acceptance }
}

/// A value made of tensors in a fixed order, so that it can be the state of a traced loop.
public protocol TensorGroup: Sendable {
  /// The tensors, in order.
  var tensors: [Tensor] { get }
  /// The value of these tensors, which are as many and in the same order.
  init(tensors: [Tensor])
}
