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
///
/// In a training step ``training(_:_:chains:)`` calls `start`, `finish` and `diagnostics` once each, in this order. What
/// one drew and another one needs, such as the slots of a buffer, is handed on with the starts.
public protocol InitializerFunction: Sendable {
  /// What `finish` and `diagnostics` have to know of how the starts were made; nothing by default.
  associatedtype Drawn: Sendable = Void

  /// Starts of the chains of a training step, `[count, …]`; by default those of samples, if nothing is drawn that has
  /// to be known later.
  func start(_ request: StartRequest, _ context: inout Context) -> Starts<Drawn>

  /// Sees where the chains of a training step ended, for initializers that keep or learn them. `starts` is what
  /// `start(_:_:)` gave, with its derivatives.
  ///
  /// - Returns: what the initializer's own parameters minimise, a scalar; nil when it does not learn.
  func finish(_ starts: Starts<Drawn>, end: Tensor, request: StartRequest, _ context: inout Context) -> Tensor?

  /// Starts of chains that make samples of a trained model, `[count, …]`: noise of standard deviation 1 by default.
  /// There is no data then.
  func freshStart(_ request: StartRequest, _ context: inout Context) -> Tensor

  /// Numbers to watch about the starts of a training step, scalars by name; none by default. Asked for after
  /// `finish`.
  func diagnostics(
    _ starts: Starts<Drawn>, request: StartRequest, _ context: inout Context
  ) -> [(name: String, value: Tensor)]
}

/// Where chains start, and what was drawn to make it so.
public struct Starts<Drawn: Sendable>: Sendable {
  /// `[count, …]`.
  public let points: Tensor
  /// What `finish` and `diagnostics` have to know.
  public let drawn: Drawn

  /// Starts with what was drawn for them.
  public init(_ points: Tensor, drawn: Drawn) { (self.points, self.drawn) = (points, drawn) }
}

extension InitializerFunction where Drawn == Void {
  public func start(_ request: StartRequest, _ context: inout Context) -> Starts<Void> {
    Starts(freshStart(request, &context))
  }
}

extension Starts where Drawn == Void {
  /// Starts of which nothing else has to be known.
  public init(_ points: Tensor) { self.init(points, drawn: ()) }
}

extension InitializerFunction {
  public func finish(
    _ starts: Starts<Drawn>, end: Tensor, request: StartRequest, _ context: inout Context
  ) -> Tensor? { nil }

  public func freshStart(_ request: StartRequest, _ context: inout Context) -> Tensor {
    request.space.noise(request.count, random: &context.random)
  }

  public func diagnostics(
    _ starts: Starts<Drawn>, request: StartRequest, _ context: inout Context
  ) -> [(name: String, value: Tensor)] { [] }

  /// The starts of a training step alone, of an initializer of any kind.
  public func starts(_ request: StartRequest, _ context: inout Context) -> Tensor { start(request, &context).points }

  /// A training step's chains from where this initializer starts them to what it makes of their ends.
  ///
  /// - Parameter chains: where chains end, from where they start; both are constants to what the energy learns.
  /// - Returns: what the initializer's own parameters minimise, nil when it does not learn, and numbers to watch.
  public func training(
    _ request: StartRequest, _ context: inout Context, chains: (_ starts: Tensor, _ context: inout Context) -> Tensor
  ) -> (loss: Tensor?, diagnostics: [(name: String, value: Tensor)]) {
    let starts = start(request, &context)
    let end = chains(starts.points.stoppingGradient(), &context).stoppingGradient()
    let loss = finish(starts, end: end, request: request, &context)
    return (loss, diagnostics(starts, request: request, &context))
  }
}

extension (any InitializerFunction)? {
  /// A training step's chains from where the initializer starts them, or without one from `otherwise`.
  public func training(
    _ request: StartRequest, otherwise: Tensor, _ context: inout Context,
    chains: (_ starts: Tensor, _ context: inout Context) -> Tensor
  ) -> (loss: Tensor?, diagnostics: [(name: String, value: Tensor)]) {
    if let self { return self.training(request, &context, chains: chains) }
    _ = chains(otherwise.stoppingGradient(), &context)
    return (nil, [])
  }
}

/// What is known when chains are started.
public struct StartRequest: Sendable {
  /// Number of chains.
  public let count: Int
  /// What a point is.
  public let space: SampleSpace
  /// A batch of data, when there is one, `[count, …]`.
  public var data: Tensor?
  /// The class of each chain, `[count]`, as in ``Condition``; nil for models without classes.
  public var label: Tensor?
  /// The noisier points that the chains are conditioned on, in recovery.
  public var noisy: NoisyPartner?

  /// A request for so many chains.
  public init(
    count: Int, space: SampleSpace, data: Tensor? = nil, label: Tensor? = nil, noisy: NoisyPartner? = nil
  ) {
    self.count = count
    self.space = space
    self.data = data
    self.label = label
    self.noisy = noisy
  }

  /// Shape of the starts.
  public var shape: [Int] { [count] + space.shape }

  /// A number for each chain, `[count]`, shaped to multiply points.
  public func column(_ numbers: Tensor) -> Tensor { numbers.reshaped([count] + space.shape.map { _ in 1 }) }

  /// Points of level i from which points of level i − 1 are recovered.
  public struct NoisyPartner: Sendable {
    /// x_i, `[count, …]`.
    public let position: Tensor
    /// i of each chain.
    public let level: Condition.Level
    /// Standard deviation of a proposal for each chain, `[count]`: m b̃_i.
    public let deviation: Tensor
    /// How x_i and the clean point make the mean of a proposal; nil where nobody knows.
    public let posterior: Posterior?
    /// Points of level i − 1 that were noised to x_i, `[count, …]`; nil when there is no data.
    public let recovered: Tensor?

    /// Noisy points, their levels and the deviations of proposals.
    public init(
      position: Tensor, level: Condition.Level, deviation: Tensor, posterior: Posterior? = nil,
      recovered: Tensor? = nil
    ) {
      self.position = position
      self.level = level
      self.deviation = deviation
      self.posterior = posterior
      self.recovered = recovered
    }
  }

  /// The mean of level i − 1 given level i and the clean point x, as a proposal: partner · x_i + clean · x; and what
  /// gives x from x_i and its noise: x_i = signal · x + noise · ε. Each is `[count]`.
  public struct Posterior: Sendable {
    /// Weight of x_i.
    public let partner: Tensor
    /// Weight of x.
    public let clean: Tensor
    /// ā_i.
    public let signal: Tensor
    /// s̄_i.
    public let noise: Tensor

    /// Weights of each chain.
    public init(partner: Tensor, clean: Tensor, signal: Tensor, noise: Tensor) {
      self.partner = partner
      self.clean = clean
      self.signal = signal
      self.noise = noise
    }
  }
}

extension SampleSpace {
  /// Points that know nothing, `[count, …]`, traced: Gaussian noise of this standard deviation, or fair coins where
  /// coordinates take two values.
  public func noise(_ count: Int, deviation: Float = 1, random: inout RandomStream) -> Tensor {
    let shape = [count] + self.shape
    switch values {
    case .continuous: return deviation * random.normal(shape)
    case .binary: return random.uniform(shape) .< 0.5
    case .spin: return 1 - 2 * (random.uniform(shape) .< 0.5)
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
