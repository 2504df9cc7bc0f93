public import Networks
public import Tensors

/// Where a chain starts: the family `initializer`.
public protocol Initializer: Component {
  /// The function itself, its parameters and its state declared in `scope`.
  ///
  /// - Parameter chains: the number of chains of a training step, for initializers that keep some.
  func function(
    over space: SampleSpace, chains: Int, in scope: ParameterScope
  ) throws(ConfigurationError) -> any InitializerFunction
}

extension Initializer {
  public static var family: ComponentFamily { .initializer }
}

/// Chain starts as a traced function.
public protocol InitializerFunction: Sendable {
  /// Starts of chains, `[count, …]`.
  func start(_ request: StartRequest, _ context: inout Context) -> Tensor

  /// Sees where the chains of a training step ended, for initializers that keep or learn them. `start` is what
  /// `start(_:_:)` gave, with its derivatives.
  ///
  /// - Returns: what the initializer's own parameters minimise, a scalar; nil when it does not learn.
  func finish(
    start: Tensor, end: Tensor, request: StartRequest, _ context: inout Context
  ) -> Tensor?
}

extension InitializerFunction {
  public func finish(
    start: Tensor, end: Tensor, request: StartRequest, _ context: inout Context
  ) -> Tensor? { nil }
}

/// What is known when chains are started.
public struct StartRequest: Sendable {
  /// Number of chains.
  public let count: Int
  /// What a point is.
  public let space: SampleSpace
  /// A batch of data, when there is one, `[count, …]`.
  public var data: Tensor?
  /// The noisier points that the chains are conditioned on, in recovery.
  public var noisy: NoisyPartner?

  /// A request for so many chains.
  public init(count: Int, space: SampleSpace, data: Tensor? = nil, noisy: NoisyPartner? = nil) {
    self.count = count
    self.space = space
    self.data = data
    self.noisy = noisy
  }

  /// Shape of the starts.
  public var shape: [Int] { [count] + space.shape }

  /// Points of level i from which points of level i − 1 are recovered.
  public struct NoisyPartner: Sendable {
    /// x_i, `[count, …]`.
    public let position: Tensor
    /// i of each chain.
    public let level: Condition.Level
    /// Standard deviation of a proposal for each chain, `[count]`: m b̃_i.
    public let deviation: Tensor

    /// Noisy points, their levels and the deviations of proposals.
    public init(position: Tensor, level: Condition.Level, deviation: Tensor) {
      self.position = position
      self.level = level
      self.deviation = deviation
    }
  }
}

/// A network from points and levels to points, inside a learned initializer: the family `network`.
public protocol Network: Component {
  /// The function itself, its parameters declared in `scope`.
  func function(over space: SampleSpace, in scope: ParameterScope) throws(ConfigurationError) -> any NetworkFunction
}

extension Network {
  public static var family: ComponentFamily { .network }
}

/// A network as a traced function of points `[batch, …]` to points.
public protocol NetworkFunction: Sendable {
  /// The network's output for each row.
  func callAsFunction(_ x: Tensor, _ condition: Condition, _ context: inout Context) -> Tensor
}
