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

  /// Whether each step leaves the target unchanged, for any length of step; true by default, unless there is no law to
  /// follow. False for samplers whose
  /// law only tends to the target as steps become short, such as unadjusted Langevin dynamics. Conformance checks hold
  /// samplers to what they claim here.
  var isExact: Bool { get }

  /// T of the law exp(−E/T) that chains follow, or tend to as steps become short; 1 by default. Nil for samplers that
  /// follow none, such as those that go downhill without noise or cut gradients off: conformance checks then ask for no
  /// law.
  var lawTemperature: Float? { get }

  /// Settings that do not fit points of this space, such as a number for each of other coordinates, a line each; none by
  /// default. Asked before anything runs. A sampler that holds another one passes on what that says.
  func misfits(over space: SampleSpace) -> [String]
}

extension Sampler {
  public static var family: ComponentFamily { .sampler }
  public static var values: Set<SampleSpace.Values> { [.continuous] }
  public var isExact: Bool { lawTemperature != nil }
  public var lawTemperature: Float? { 1 }
  public func misfits(over space: SampleSpace) -> [String] { [] }

  /// Runs chains for `steps` steps, the sampler's own number by default, as one loop.
  ///
  /// - Returns: where they end, `[batch, …]`, and the mean acceptance probability of each, `[batch]`; nil for samplers
  ///   without a test.
  public func run(
    from position: Tensor, target: Target, steps: Int? = nil, random: inout RandomStream
  ) -> (position: Tensor, acceptance: Tensor?) {
    let count = steps ?? self.steps
    let rows = [position.shape[0]]
    let initial = start(at: position, target: target).tensors
    let stream = random.split("chain")
    random = random.split("after chain")
    // Known once a step has been traced.
    var hasTest = false
    let final = Tensor.iterate(
      count, from: initial + [Tensor(0).broadcast(to: rows)], random: stream
    ) { tensors, _, random in
      var state = State(tensors: Array(tensors.dropLast()))
      let info = step(&state, target: target, random: &random)
      hasTest = info.acceptance != nil
      return state.tensors + [info.acceptance.map { tensors[tensors.count - 1] + $0 } ?? tensors[tensors.count - 1]]
    }
    let acceptance = final[final.count - 1] / Float(max(1, count))
    return (self.position(of: State(tensors: Array(final.dropLast()))), hasTest ? acceptance : nil)
  }
}

extension Sampler {
  /// What does not fit points of a space, a line each: the values of coordinates, then what settings say. A sampler that
  /// holds another one passes this on.
  public func allMisfits(over space: SampleSpace) -> [String] {
    if Self.values.contains(space.values) { return misfits(over: space) }
    return ["\(Self.name) does not move points that are \(space.values.rawValue)"]
  }

  /// Throws when settings do not fit points of a space.
  ///
  /// - Parameter path: where the sampler stands, for messages.
  public func checkFit(over space: SampleSpace, at path: String = "sampler") throws(ConfigurationError) {
    let misfits = allMisfits(over: space)
    if !misfits.isEmpty { throw ConfigurationError(misfits.map { ConfigurationProblem(path: path, what: $0) }) }
  }

  /// The state of chains at these points as plain tensors, for components that hold a sampler of any kind.
  public func tensors(at position: Tensor, target: Target) -> [Tensor] { start(at: position, target: target).tensors }

  /// Moves each chain by one step, the state given as plain tensors.
  public func step(tensors: inout [Tensor], target: Target, random: inout RandomStream) -> StepInfo {
    var state = State(tensors: tensors)
    let info = step(&state, target: target, random: &random)
    tensors = state.tensors
    return info
  }

  /// Where the chains are, the state given as plain tensors.
  public func position(ofTensors tensors: [Tensor]) -> Tensor { position(of: State(tensors: tensors)) }

  /// Runs chains as ``run(from:target:steps:random:)`` does, by the same random numbers, and sums up all diagnostics.
  public func runWithDiagnostics(
    from position: Tensor, target: Target, steps: Int? = nil, random: inout RandomStream
  ) -> ChainSummary {
    let count = steps ?? self.steps
    let zero = Tensor(0).broadcast(to: [position.shape[0]])
    let initial = start(at: position, target: target).tensors
    let stream = random.split("chain")
    random = random.split("after chain")
    var hasTest = false
    let final = Tensor.iterate(
      count, from: initial + [Tensor](repeating: zero, count: 5), random: stream
    ) { tensors, _, random in
      var state = State(tensors: Array(tensors.dropLast(5)))
      let info = step(&state, target: target, random: &random)
      hasTest = info.acceptance != nil
      let sums = [
        info.acceptance ?? zero, info.nonFinite ?? zero, info.divergent ?? zero, info.evaluations ?? zero + 1,
        info.exchange ?? zero,
      ]
      return state.tensors + zip(tensors.suffix(5), sums).map { $0 + $1 }
    }
    let sums = Array(final.suffix(5))
    return ChainSummary(
      position: self.position(of: State(tensors: Array(final.dropLast(5)))),
      acceptance: hasTest ? sums[0] / Float(max(1, count)) : nil,
      nonFinite: sums[1], divergent: sums[2], evaluations: sums[3], exchange: sums[4] / Float(max(1, count)))
  }
}

/// Diagnostics of one step that the next step does not need. What is nil does not apply to the sampler.
public struct StepInfo: Sendable {
  /// Probability with which each chain's proposal was accepted, `[batch]`; nil for samplers without a test.
  public var acceptance: Tensor?
  /// 1 where a proposal was rejected because its energy or gradient is not finite, `[batch]`.
  public var nonFinite: Tensor?
  /// 1 where the step broke an assumption of its method, `[batch]`: an integrator whose energy ran away, a proposal
  /// density that is not an envelope.
  public var divergent: Tensor?
  /// Evaluations of the energy, with its gradient where the method needs it, `[batch]`; nil for one.
  public var evaluations: Tensor?
  /// Mean probability of exchanges between replicas, `[batch]`.
  public var exchange: Tensor?

  /// Diagnostics of a step.
  public init(
    acceptance: Tensor? = nil, nonFinite: Tensor? = nil, divergent: Tensor? = nil, evaluations: Tensor? = nil,
    exchange: Tensor? = nil
  ) {
    self.acceptance = acceptance
    self.nonFinite = nonFinite
    self.divergent = divergent
    self.evaluations = evaluations
    self.exchange = exchange
  }
}

/// Where chains ended and how they went, all `[batch]` but the position.
public struct ChainSummary: Sendable {
  /// Ends, `[batch, …]`.
  public let position: Tensor
  /// Mean acceptance probability; nil for samplers without a test.
  public let acceptance: Tensor?
  /// Number of proposals rejected because something was not finite.
  public let nonFinite: Tensor
  /// Number of divergent steps.
  public let divergent: Tensor
  /// Number of evaluations of the energy.
  public let evaluations: Tensor
  /// Mean probability of exchanges; 0 for samplers without replicas.
  public let exchange: Tensor
}

/// A value made of tensors in a fixed order, so that it can be the state of a traced loop.
public protocol TensorGroup: Sendable {
  /// The tensors, in order.
  var tensors: [Tensor] { get }
  /// The value of these tensors, which are as many and in the same order.
  init(tensors: [Tensor])
}
