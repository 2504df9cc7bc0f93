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

  /// Whether all of its steps are one plan, such as annealing, so that fewer of them would end amid it; false by
  /// default. Objectives that count the steps of their chains leave them to such a sampler.
  var plansSteps: Bool { get }

  /// The state of chains at these points.
  func start(at position: Tensor, target: Target) -> State

  /// Moves each chain by one step.
  func step(_ state: inout State, target: Target, random: inout RandomStream) -> StepInfo

  /// Where the chains are.
  func position(of state: State) -> Tensor

  /// Whether each step leaves the target unchanged, for any length of step and from the first one on: chains that start
  /// at exact draws stay exact draws. True by default, unless there is no law to follow. Conformance checks hold samplers
  /// to what they claim here, from one step on.
  var isExact: Bool { get }

  /// Whether chains come to follow the target as they go on, for any length of step; true by default for samplers that
  /// are exact. True alone for those that carry more than a point, which starts at another law: replicas that start where
  /// the chain does. False for samplers whose law only tends to the target as steps become short, such as unadjusted
  /// Langevin dynamics.
  var isExactInTheLimit: Bool { get }

  /// T of the law exp(−E/T) that chains follow, or tend to as steps become short; 1 by default. Nil for samplers that
  /// follow none, such as those that go downhill without noise or cut gradients off: conformance checks then ask for no
  /// law.
  var lawTemperature: Float? { get }

  /// Names of the numbers of its own that its steps report, such as the probability of exchanges between replicas; none
  /// by default. Training shows their means, and so do reports.
  var diagnostics: [String] { get }
}

extension Sampler {
  public static var family: ComponentFamily { .sampler }
  public static var values: Set<SampleSpace.Values> { [.continuous] }
  public var plansSteps: Bool { false }
  public var isExact: Bool { lawTemperature != nil }
  public var isExactInTheLimit: Bool { isExact }
  public var lawTemperature: Float? { 1 }
  public var diagnostics: [String] { [] }
  /// Points that it moves, and a gradient to follow. Samplers that follow none leave that out.
  public var needs: [Need] { [.points(Self.values), .from(.energy, .gradient)] }
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
  /// Numbers of the sampler's own, `[batch]` each, by the names that ``Sampler/diagnostics`` lists.
  public var own: [String: Tensor]

  /// Diagnostics of a step.
  public init(
    acceptance: Tensor? = nil, nonFinite: Tensor? = nil, divergent: Tensor? = nil, evaluations: Tensor? = nil,
    own: [String: Tensor] = [:]
  ) {
    self.acceptance = acceptance
    self.nonFinite = nonFinite
    self.divergent = divergent
    self.evaluations = evaluations
    self.own = own
  }
}
